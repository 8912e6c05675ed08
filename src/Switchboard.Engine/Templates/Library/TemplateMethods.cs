using System.Globalization;

namespace Switchboard.Engine.Templates.Library;

/// <summary>The methods of texts and dictionaries that chat templates call.</summary>
internal static class TemplateMethods
{
    public static object? Call(object? receiver, string name, TemplateArguments arguments, TemplateRun run) => receiver switch
    {
        MarkedText text => OfText(text, name, arguments, run),
        TemplateMap map => OfMap(map, name, arguments, run),
        Undefined undefined => throw new TemplateFault($"'{undefined.Name}' is undefined."),
        _ => throw Unknown(receiver, name),
    };

    private static object? OfText(MarkedText text, string name, TemplateArguments arguments, TemplateRun run)
    {
        run.Spend(text.Length);
        return name switch
        {
            "strip" or "lstrip" or "rstrip" => Strip(text, name, arguments.At(0, "chars") as MarkedText),
            "startswith" => Any(arguments, prefix => text.Value.StartsWith(prefix, StringComparison.Ordinal)),
            "endswith" => Any(arguments, suffix => text.Value.EndsWith(suffix, StringComparison.Ordinal)),
            "split" => Split(text, arguments),
            "splitlines" => SplitBy(text, "\n", int.MaxValue),
            "replace" => Replace(text, Required(arguments, 0), Required(arguments, 1), run),
            "upper" => text.Respell(text.Value.ToUpperInvariant()),
            "lower" => text.Respell(text.Value.ToLowerInvariant()),
            "title" => text.Respell(CultureInfo.InvariantCulture.TextInfo.ToTitleCase(text.Value.ToLowerInvariant())),
            "capitalize" => Capitalize(text),
            "find" => (long)text.Value.IndexOf(Required(arguments, 0).Value, StringComparison.Ordinal),
            "count" => (long)SplitBy(text, Required(arguments, 0).Value, int.MaxValue).Count - 1,
            "join" => TemplateFilters.Join(TemplateValues.Elements(arguments.At(0, "iterable")), text, run),
            _ => throw Unknown(text, name),
        };
    }

    private static object? OfMap(TemplateMap map, string name, TemplateArguments arguments, TemplateRun run)
    {
        run.Spend(map.Count);
        return name switch
        {
            "items" => map.Select(static pair => (object?)new List<object?> { MarkedText.Trusted(pair.Key), pair.Value }).ToList(),
            "keys" => map.Keys.Select(static key => (object?)MarkedText.Trusted(key)).ToList(),
            "values" => map.Values.ToList(),
            "get" => map.TryGetValue(Required(arguments, 0).Value, out var value) ? value : arguments.At(1, "default") is var other and not Undefined ? other : null,
            _ when map.TryGetValue(name, out var member) && member is TemplateFunction function => function(arguments, run),
            _ => throw Unknown(map, name),
        };
    }

    private static MarkedText Strip(MarkedText text, string name, MarkedText? characters)
    {
        var (start, end) = (0, text.Length);
        while (name != "rstrip" && start < end && Strips(text.Value[start]))
        {
            start++;
        }

        while (name != "lstrip" && start < end && Strips(text.Value[end - 1]))
        {
            end--;
        }

        return text.Slice(start, end - start);

        bool Strips(char character) => characters is null ? char.IsWhiteSpace(character) : characters.Value.Contains(character);
    }

    private static bool Any(TemplateArguments arguments, Func<string, bool> matches) => arguments.At(0, "prefix") switch
    {
        MarkedText text => matches(text.Value),
        List<object?> list => list.Exists(item => item is MarkedText text && matches(text.Value)),
        var other => throw new TemplateFault($"{TemplateValues.KindOf(other)} is not a text."),
    };

    private static List<object?> Split(MarkedText text, TemplateArguments arguments)
    {
        var most = arguments.At(1, "maxsplit") is long count and >= 0 ? (int)Math.Min(count, int.MaxValue) : int.MaxValue;
        if (arguments.At(0, "sep") is MarkedText { Length: > 0 } separator)
        {
            return SplitBy(text, separator.Value, most);
        }

        var words = new List<object?>();
        for (var i = 0; i < text.Length;)
        {
            var end = i;
            while (end < text.Length && !char.IsWhiteSpace(text.Value[end]))
            {
                end++;
            }

            if (end > i)
            {
                words.Add(text.Slice(i, end - i));
            }

            i = end + 1;
        }

        return words;
    }

    private static List<object?> SplitBy(MarkedText text, string separator, int most)
    {
        var parts = new List<object?>();
        var start = 0;
        while (separator.Length > 0 && parts.Count < most && text.Value.IndexOf(separator, start, StringComparison.Ordinal) is >= 0 and var at)
        {
            parts.Add(text.Slice(start, at - start));
            start = at + separator.Length;
        }

        parts.Add(text.Slice(start, text.Length - start));
        return parts;
    }

    private static MarkedText Replace(MarkedText text, MarkedText old, MarkedText with, TemplateRun run) =>
        old.Length == 0 ? text : TemplateFilters.Join(SplitBy(text, old.Value, int.MaxValue), with, run);

    private static MarkedText Capitalize(MarkedText text) =>
        text.Length == 0 ? text : text.Respell(char.ToUpperInvariant(text.Value[0]) + text.Value[1..].ToLowerInvariant());

    private static MarkedText Required(TemplateArguments arguments, int index) =>
        arguments.At(index, "argument") is MarkedText text ? text : throw new TemplateFault("A method lacks a text that it needs.");

    private static TemplateFault Unknown(object? receiver, string name) => new($"{TemplateValues.KindOf(receiver)} has no method '{name}'.");
}
