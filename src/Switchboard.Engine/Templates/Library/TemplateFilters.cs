using System.Globalization;

namespace Switchboard.Engine.Templates.Library;

/// <summary>What may follow a <c>|</c>.</summary>
internal static class TemplateFilters
{
    public static object? Apply(string name, object? value, TemplateArguments arguments, TemplateRun run)
    {
        if (value is MarkedText text)
        {
            run.Spend(text.Length);
        }

        return name switch
        {
            "default" or "d" => Default(value, arguments),
            "tojson" => TemplateJson.Write(value, run, arguments.At(0, "indent") is long indent ? (int)Math.Clamp(indent, 0, 16) : 0),
            "length" or "count" => Length(value),
            "join" => Join(TemplateValues.Elements(value), TemplateValues.ToText(arguments.At(0, "d"), run), run),
            "string" or "safe" => TemplateValues.ToText(value, run),
            "int" or "float" or "abs" => Number(name, value),
            "trim" or "upper" or "lower" or "capitalize" or "title" or "replace" => OfText(name, value, arguments, run),
            _ => OfList(name, value, arguments, run),
        };
    }

    public static MarkedText Join(List<object?> items, MarkedText separator, TemplateRun run)
    {
        var joined = new MarkedText.Builder();
        for (var i = 0; i < items.Count; i++)
        {
            joined.Append(i > 0 ? separator : MarkedText.Empty).Append(TemplateValues.ToText(items[i], run));
            run.Spend(separator.Length);
        }

        run.Spend(joined.Length);
        return joined.Build();
    }

    private static object? Default(object? value, TemplateArguments arguments)
    {
        var empty = value is Undefined || (TemplateValues.IsTrue(arguments.At(1, "boolean")) && !TemplateValues.IsTrue(value));
        return !empty ? value : arguments.At(0, "default_value") is var other and not Undefined ? other : MarkedText.Empty;
    }

    private static long Length(object? value) => value switch
    {
        MarkedText text => text.Length,
        List<object?> list => list.Count,
        TemplateMap map => map.Count,
        Undefined => 0,
        _ => throw new TemplateFault($"{TemplateValues.KindOf(value)} has no length."),
    };

    private static object Number(string name, object? value)
    {
        var number = value is MarkedText text
            ? double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0
            : TemplateValues.ToDouble(value);
        return name switch
        {
            // Boxed one by one: else C# would make every branch a double.
            "int" => (object)(long)number,
            "abs" when value is long whole => (object)(whole == long.MinValue ? whole : Math.Abs(whole)),
            "abs" => Math.Abs(number),
            _ => number,
        };
    }

    private static object? OfText(string name, object? value, TemplateArguments arguments, TemplateRun run)
    {
        var text = TemplateValues.ToText(value, run);
        return TemplateMethods.Call(text, name == "trim" ? "strip" : name, arguments, run);
    }

    private static object? OfList(string name, object? value, TemplateArguments arguments, TemplateRun run)
    {
        if (name is "items" or "dictsort")
        {
            return TemplateMethods.Call(value, "items", arguments, run);
        }

        if (name is not ("first" or "last" or "list" or "reverse" or "unique" or "map" or "selectattr" or "rejectattr" or "select" or "reject"))
        {
            throw new TemplateFault($"The filter '{name}' is not supported.");
        }

        var items = TemplateValues.Elements(value);
        run.Spend(items.Count);
        return name switch
        {
            "first" => items.Count > 0 ? items[0] : new Undefined("first"),
            "last" => items.Count > 0 ? items[^1] : new Undefined("last"),
            "list" => items.ToList(),
            "reverse" => Enumerable.Reverse(items).ToList(),
            "unique" => Unique(items, run),
            "map" => items.ConvertAll(item => Map(item, arguments, run)),
            _ => Select(name, items, arguments),
        };
    }

    private static List<object?> Unique(List<object?> items, TemplateRun run)
    {
        var kept = new List<object?>();
        foreach (var item in items)
        {
            run.Spend(kept.Count);
            if (!TemplateValues.Contains(kept, item))
            {
                kept.Add(item);
            }
        }

        return kept;
    }

    private static object? Map(object? item, TemplateArguments arguments, TemplateRun run) =>
        arguments.At(int.MaxValue, "attribute") is MarkedText attribute
            ? Attribute(item, attribute)
            : Apply(Name(arguments, 0), item, new(arguments.Positional.Skip(1).ToList(), arguments.Named), run);

    private static object? Attribute(object? item, MarkedText name) =>
        item is TemplateMap map && map.TryGetValue(name.Value, out var value) ? value : new Undefined(name.Value);

    private static List<object?> Select(string name, List<object?> items, TemplateArguments arguments)
    {
        var byAttribute = name.EndsWith("attr", StringComparison.Ordinal);
        var wanted = name.StartsWith("select", StringComparison.Ordinal);
        var testAt = byAttribute ? 1 : 0;
        var rest = new TemplateArguments(arguments.Positional.Skip(testAt + 1).ToList(), []);
        return items.FindAll(item =>
        {
            var subject = byAttribute ? Attribute(item, MarkedText.Trusted(Name(arguments, 0))) : item;
            var passed = arguments.Positional.Count > testAt
                ? TemplateTests.Apply(Name(arguments, testAt), subject, rest)
                : TemplateValues.IsTrue(subject);
            return passed == wanted;
        });
    }

    private static string Name(TemplateArguments arguments, int index) =>
        arguments.At(index, "name") is MarkedText name ? name.Value : throw new TemplateFault("A filter lacks the name that it needs.");
}
