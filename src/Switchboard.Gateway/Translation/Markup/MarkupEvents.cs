using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Markup;

/// <summary>What a part of a text said.</summary>
internal enum MarkupKind
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Reasoning.</summary>
    Reasoning,

    /// <summary>A call.</summary>
    ToolCall,
}

/// <summary>One thing that the text of a choice said, until the next is cleared.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where its bytes begin.</param>
/// <param name="Length">How many: of the text, or of a call's arguments.</param>
/// <param name="Id">The id of a call.</param>
/// <param name="Name">The function that it calls.</param>
internal readonly record struct MarkupEvent(MarkupKind Kind, int Start, int Length, string Id = "", string Name = "");

/// <summary>Keeps what a reader gives out until it is written.</summary>
internal sealed class MarkupEvents : IMarkupOutput
{
    // The templates of Mistral's models take back nine letters and digits and nothing else; all others take whatever it is.
    private const string IdLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdLength = 9;

    private readonly List<MarkupEvent> _events = [];
    private readonly HeldText _text = new();

    /// <summary>How many there are.</summary>
    public int Count => _events.Count;

    /// <summary>How many calls there were since the beginning.</summary>
    public int Calls { get; private set; }

    /// <summary>One of them.</summary>
    public MarkupEvent this[int index] => _events[index];

    /// <summary>The bytes of one of them.</summary>
    public ReadOnlySpan<byte> BytesOf(in MarkupEvent said) => _text.Span.Slice(said.Start, said.Length);

    /// <summary>True where this text was said, and nothing else.</summary>
    public bool IsJust(ReadOnlySpan<byte> text) =>
        _events.Count == 0 ? text.IsEmpty : _events is [{ Kind: MarkupKind.Text } only] && BytesOf(only).SequenceEqual(text);

    /// <summary>Whether something of a kind was said.</summary>
    public bool Has(MarkupKind kind) => _events.Exists(said => said.Kind == kind);

    /// <summary>Forgets what is written.</summary>
    public void Clear()
    {
        _events.Clear();
        _text.Drop(_text.Length);
    }

    /// <inheritdoc/>
    public void Text(ReadOnlySpan<byte> text) => Add(MarkupKind.Text, text);

    /// <inheritdoc/>
    public void Reasoning(ReadOnlySpan<byte> text) => Add(MarkupKind.Reasoning, text);

    /// <inheritdoc/>
    public void ToolCall(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments)
    {
        Calls++;
        var said = id.IsEmpty ? RandomNumberGenerator.GetString(IdLetters, IdLength) : Encoding.UTF8.GetString(id);
        _events.Add(new MarkupEvent(MarkupKind.ToolCall, _text.Length, arguments.Length, said, Encoding.UTF8.GetString(name)));
        _text.Append(arguments);
    }

    /// <summary>Writes everything of one kind, as one string.</summary>
    public void WriteJoined(Utf8JsonWriter writer, MarkupKind kind, string before = "")
    {
        var joined = new StringBuilder(before);
        foreach (var said in _events.Where(said => said.Kind == kind))
        {
            joined.Append(Encoding.UTF8.GetString(BytesOf(said)));
        }

        writer.WriteStringValue(joined.ToString());
    }

    /// <summary>Writes a call as an item of <c>tool_calls</c>.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="call">The call.</param>
    /// <param name="index">Its place among the calls of the choice, in a stream.</param>
    public void WriteCall(Utf8JsonWriter writer, in MarkupEvent call, int? index = null)
    {
        writer.WriteStartObject();
        if (index is { } place)
        {
            writer.WriteNumber("index"u8, place);
        }

        writer.WriteString("id"u8, call.Id);
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, call.Name);
        writer.WriteString("arguments"u8, BytesOf(call));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void Add(MarkupKind kind, ReadOnlySpan<byte> text)
    {
        if (_events is [.., var last] && last.Kind == kind && kind != MarkupKind.ToolCall)
        {
            _events[^1] = last with { Length = last.Length + text.Length };
        }
        else
        {
            _events.Add(new MarkupEvent(kind, _text.Length, text.Length));
        }

        _text.Append(text);
    }
}
