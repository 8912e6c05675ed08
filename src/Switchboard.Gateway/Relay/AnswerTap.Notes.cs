using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <content>What an answer says of itself: its model, and why it ended.</content>
internal partial struct AnswerTap
{
    /// <summary>What the answer says of itself.</summary>
    public readonly AnswerNotes Notes => new(_model, _ends);

    // A copy of the reader: the object is read again for its words.
    private void ReadStopReason(Utf8JsonReader json)
    {
        while (json.TokenType != JsonTokenType.EndObject && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isReason = json.ValueTextEquals("stop_reason"u8);
            json.Read();
            _ends |= isReason ? AnswerEndWords.Read(ref json) : AnswerEnds.None;
            json.Skip();
        }
    }

    private readonly bool IsModel(ref Utf8JsonReader json) =>
        ReadsModel && _model is null && (json.ValueTextEquals("model"u8) || json.ValueTextEquals("modelVersion"u8));

    private void ReadModel(ref Utf8JsonReader json)
    {
        json.Read();
        _model = json.TokenType == JsonTokenType.String ? json.GetString() : null;
        json.Skip();
    }

    private void ReadLast(ref Utf8JsonReader json)
    {
        if (!IsLast(ref json))
        {
            return;
        }

        _hasEnded = true;
        _ends |= json.ValueTextEquals("response.incomplete"u8) ? AnswerEnds.Length
            : json.ValueTextEquals("response.failed"u8) ? AnswerEnds.Error
            : json.ValueTextEquals("response.cancelled"u8) ? AnswerEnds.Other
            : AnswerEnds.Stop;
    }
}
