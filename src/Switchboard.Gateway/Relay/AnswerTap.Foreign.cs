using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <content>The events of Anthropic's and Google's APIs.</content>
internal partial struct AnswerTap
{
    // The names are apart from those of OpenAI, so that whatever is not found here is looked at as ever.
    private bool TryReadForeign(ref Utf8JsonReader json) => kind == StreamKind.Messages ? TryReadMessages(ref json) : TryReadContents(ref json);

    private bool TryReadMessages(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("type"u8))
        {
            json.Read();
            ReadMessageType(ref json);
            json.Skip();
        }
        else if (json.ValueTextEquals("stop_reason"u8))
        {
            json.Read();
            _ends |= AnswerEndWords.Read(ref json);
            json.Skip();
        }
        else if (json.ValueTextEquals("message"u8))
        {
            json.Read();
            ReadUsageOf(ref json);
        }
        else if (json.ValueTextEquals("delta"u8))
        {
            json.Read();
            if (_seen.TellsEnd)
            {
                ReadStopReason(json);
            }

            _words += SpokenTokens.Count(ref json);
        }
        else
        {
            return false;
        }

        return true;
    }

    private void ReadMessageType(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            _hasEnded |= json.ValueTextEquals("message_stop"u8);
            _seen.IsError |= json.ValueTextEquals("error"u8);
            _seen.TellsEnd = json.ValueTextEquals("message_delta"u8);
        }
    }

    private bool TryReadContents(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("candidates"u8))
        {
            json.Read();
            ReadChoices(ref json);
        }
        else if (json.ValueTextEquals("usageMetadata"u8))
        {
            json.Read();
            ReadUsage(ref json);
        }
        else if (json.ValueTextEquals("promptFeedback"u8))
        {
            // A prompt that is refused has no candidates, and no more follows.
            json.Read();
            ReadPromptFeedback(ref json);
        }
        else
        {
            return false;
        }

        return true;
    }

    private void ReadPromptFeedback(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("blockReason"u8))
            {
                _begun |= UInt128.One;
                _finished |= UInt128.One;
                _ends |= AnswerEnds.ContentFilter;
            }

            json.Skip();
        }
    }
}
