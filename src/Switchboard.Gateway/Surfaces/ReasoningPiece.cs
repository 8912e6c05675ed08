using System.Text.Json;

namespace Switchboard.Gateway.Surfaces;

/// <summary>An element of <c>reasoning_details</c>.</summary>
internal ref struct ReasoningPiece
{
    /// <summary>What was thought, escaped.</summary>
    public ReadOnlySpan<byte> Text;

    /// <summary>The signature of what was thought, escaped.</summary>
    public ReadOnlySpan<byte> Signature;

    /// <summary>What was thought, encrypted, escaped.</summary>
    public ReadOnlySpan<byte> Data;

    private ReadOnlySpan<byte> _format;

    /// <summary>It is of Anthropic's models, or does not say whose it is.</summary>
    public readonly bool IsOfAnthropic => _format.IsEmpty || _format.StartsWith("anthropic"u8);

    /// <summary>Reads it.</summary>
    public static ReasoningPiece Read(ReadOnlySpan<byte> data)
    {
        var piece = default(ReasoningPiece);
        var json = new Utf8JsonReader(data);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("text"u8) || json.ValueTextEquals("summary"u8))
            {
                piece.Text = JsonSlices.Text(ref json, data);
            }
            else if (json.ValueTextEquals("signature"u8))
            {
                piece.Signature = JsonSlices.Text(ref json, data);
            }
            else if (json.ValueTextEquals("data"u8))
            {
                piece.Data = JsonSlices.Text(ref json, data);
            }
            else if (json.ValueTextEquals("format"u8))
            {
                piece._format = JsonSlices.Text(ref json, data);
            }
            else
            {
                json.Skip();
            }
        }

        return piece;
    }
}
