using System.Buffers;
using System.Text;

namespace Switchboard.Gateway.Guardrails.Texts;

/// <summary>A JSON document with the texts in it.</summary>
internal sealed class GuardedDocument
{
    // Each is looked for in a text: of more it is not found out how one was made.
    private const int MostJoined = 64;

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

    /// <summary>Whether what was changed in another document, which was made of this one, was changed in this one, too, and as often.</summary>
    public bool Explains(GuardedDocument made)
    {
        var changes = new Dictionary<string, (string Now, int Count)>(StringComparer.Ordinal);
        foreach (var text in Texts.Where(text => text.IsChanged))
        {
            changes[text.Was] = (text.Text, changes.GetValueOrDefault(text.Was).Count + 1);
        }

        return made.Texts.Where(text => text.IsChanged).All(text => TryTake(text, changes));
    }

    /// <summary>What stands in the place of a value that is left out.</summary>
    public static byte[] Nothing(byte first) => first == '[' ? "[]"u8.ToArray() : "null"u8.ToArray();

    private static bool TryTake(GuardedText text, Dictionary<string, (string Now, int Count)> changes)
    {
        if (!changes.TryGetValue(text.Was, out var change) || change.Now != text.Text)
        {
            return changes.Count <= MostJoined && TryTakeParts(text, changes);
        }

        changes[text.Was] = change with { Count = change.Count - 1 };
        return change.Count > 0;
    }

    // Several may have become one, or part of the JSON that a tool is called with.
    private static bool TryTakeParts(GuardedText text, Dictionary<string, (string Now, int Count)> changes)
    {
        var isJson = text.Found.Role.Kind == TextKind.Arguments;
        var said = text.Was;
        foreach (var (was, (now, count)) in changes.OrderByDescending(change => change.Key.Length).ToList())
        {
            var (before, after) = isJson ? (Escaped(was), Escaped(now)) : (was, now);
            var pieces = said.Split(before);
            said = string.Join(after, pieces);
            changes[was] = (now, count - (pieces.Length - 1));
            if (pieces.Length - 1 > count)
            {
                return false;
            }
        }

        return said == text.Text;
    }

    private static string Escaped(string text)
    {
        var escaped = new ArrayBufferWriter<byte>(text.Length + 16);
        JsonChars.Escape(text, escaped);
        return Encoding.UTF8.GetString(escaped.WrittenSpan);
    }
}
