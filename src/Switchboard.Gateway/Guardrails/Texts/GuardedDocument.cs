using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Texts;

/// <summary>A JSON document with the texts in it.</summary>
internal sealed class GuardedDocument
{
    private readonly List<FoundText> _echoes = [];

    /// <summary>Finds the texts.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not JSON.</exception>
    public GuardedDocument(ReadOnlyMemory<byte> json, TextMap map)
    {
        Json = json;
        var found = new List<FoundText>();
        map.Find(json.Span, found);
        var texts = new List<GuardedText>(found.Count);
        foreach (var text in found)
        {
            if (text.Role.IsText)
            {
                texts.Add(new GuardedText(JsonChars.Unescape(json.Span.Slice(text.Start, text.Length)), text));
            }
            else if (text.Role.Kind == TextKind.Echo)
            {
                _echoes.Add(text);
            }
        }

        Texts = texts;
    }

    /// <summary>The document.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Its texts, in the order in which they stand there.</summary>
    public IReadOnlyList<GuardedText> Texts { get; }

    /// <summary>The name of the place of a text.</summary>
    public string PlaceOf(GuardedText text) => JsonPlaces.PathOf(Json.Span, text.Found.Start);

    /// <summary>The document as it is with the texts that were changed; null where none was.</summary>
    public MaskedJson? Mask()
    {
        if (!Texts.Any(text => text.IsChanged))
        {
            return null;
        }

        var changed = new List<(FoundText Found, byte[] New)>();
        foreach (var text in Texts.Where(text => text.IsChanged))
        {
            var escaped = new ArrayBufferWriter<byte>(text.Text.Length + 16);
            JsonChars.Escape(text.Text, escaped);
            changed.Add((text.Found, escaped.WrittenSpan.ToArray()));
        }

        foreach (var echo in _echoes.Where(echo => Texts.Any(text => text.IsChanged && text.First == echo.First)))
        {
            changed.Add((echo, Nothing(Json.Span[echo.Start])));
        }

        changed.Sort((left, right) => left.Found.Start.CompareTo(right.Found.Start));
        return new MaskedJson(Json.Span, changed);
    }

    /// <summary>What stands in the place of a value that is left out.</summary>
    public static byte[] Nothing(byte first) => first == '[' ? "[]"u8.ToArray() : "null"u8.ToArray();
}
