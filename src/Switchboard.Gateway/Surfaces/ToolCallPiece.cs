using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Surfaces;

/// <summary>What one chunk tells of one tool call.</summary>
internal ref struct ToolCallPiece
{
    /// <summary>Its place among the calls; null where the server numbers none.</summary>
    public int? Index;

    /// <summary>Its id, escaped.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>The tool's name, escaped.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>More of its arguments, escaped.</summary>
    public ReadOnlySpan<byte> Arguments;

    /// <summary>What else is kept of it, <c>extra_content</c>, raw JSON.</summary>
    public ReadOnlySpan<byte> Extra;

    /// <summary>Reads an element of <c>tool_calls</c>.</summary>
    public static ToolCallPiece Of(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var piece = default(ToolCallPiece);
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return piece;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("index"u8))
            {
                json.Read();
                piece.Index = json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var index) && index >= 0 ? index : null;
                json.Skip();
            }
            else if (json.ValueTextEquals("id"u8))
            {
                piece.Id = JsonSlices.Text(ref json, data);
            }
            else if (json.ValueTextEquals("function"u8) || json.ValueTextEquals("custom"u8))
            {
                json.Read();
                piece.ReadFunction(ref json, data);
            }
            else if (json.ValueTextEquals("extra_content"u8))
            {
                json.Read();
                piece.Extra = JsonSlices.Raw(ref json, data);
            }
            else
            {
                json.Skip();
            }
        }

        return piece;
    }

    /// <summary>Reads <c>function_call</c> of old, which has no id: the answer to it names the function.</summary>
    public static ToolCallPiece OfFunction(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var piece = new ToolCallPiece { Index = 0 };
        piece.ReadFunction(ref json, data);
        piece.Id = piece.Name;
        return piece;
    }

    /// <summary>Tells it.</summary>
    public readonly void TellTo(ChoiceOrder order) => order.Call(this);

    private void ReadFunction(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("name"u8))
            {
                Name = JsonSlices.Text(ref json, data);
            }
            else if (json.ValueTextEquals("arguments"u8) || json.ValueTextEquals("input"u8))
            {
                ReadArguments(ref json, data);
            }
            else
            {
                json.Skip();
            }
        }
    }

    // A text by the specification; some servers write the object itself.
    private void ReadArguments(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var value = json;
        value.Read();
        if (value.TokenType != JsonTokenType.StartObject)
        {
            Arguments = JsonSlices.Text(ref json, data);
            return;
        }

        json.Read();
        var escaped = new ArrayBufferWriter<byte>();
        ChatJson.Escape(escaped, JsonSlices.Raw(ref json, data));
        Arguments = escaped.WrittenSpan;
    }
}
