using System.Globalization;
using Switchboard.Engine.Templates.Library;

namespace Switchboard.Engine.Templates;

/// <summary>A name or key that has no value; printing it gives nothing, using it is a fault.</summary>
internal sealed class Undefined(string name)
{
    public string Name { get; } = name;
}

/// <summary>A dictionary, or what <c>namespace()</c> makes: one that a template may change.</summary>
internal sealed class TemplateMap : Dictionary<string, object?>
{
    public TemplateMap()
        : base(StringComparer.Ordinal)
    {
    }

    public bool IsNamespace { get; init; }
}

/// <summary>
/// The values of a template: null, <see cref="Undefined"/>, bool, long, double, <see cref="MarkedText"/>, lists of values,
/// <see cref="TemplateMap"/> and <see cref="TemplateFunction"/>; with Python's ideas of truth, equality and order.
/// </summary>
internal static class TemplateValues
{
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        MarkedText text => text.Length > 0,
        List<object?> list => list.Count > 0,
        TemplateMap { IsNamespace: false } map => map.Count > 0,
        _ => true,
    };

    public static new bool Equals(object? left, object? right) => Equals(left, right, 0);

    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (MarkedText a, MarkedText b) => string.CompareOrdinal(a.Value, b.Value),
        _ when IsNumber(left) && IsNumber(right) => ToDouble(left).CompareTo(ToDouble(right)),
        _ => throw new TemplateFault($"{KindOf(left)} and {KindOf(right)} cannot be compared."),
    };

    public static bool Contains(object? container, object? item) => container switch
    {
        MarkedText text => item is MarkedText part && text.Value.Contains(part.Value, StringComparison.Ordinal),
        List<object?> list => list.Exists(element => Equals(element, item)),
        TemplateMap map => item is MarkedText key && map.ContainsKey(key.Value),
        Undefined => false,
        _ => throw new TemplateFault($"{KindOf(container)} contains nothing."),
    };

    public static bool IsNumber(object? value) => value is long or double or bool;

    public static double ToDouble(object? value) => value switch
    {
        long number => number,
        double number => number,
        bool flag => flag ? 1 : 0,
        _ => throw new TemplateFault($"{KindOf(value)} is not a number."),
    };

    public static long ToInteger(object? value) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => throw new TemplateFault($"{KindOf(value)} is not a whole number."),
    };

    /// <summary>A value as it is printed.</summary>
    public static MarkedText ToText(object? value, TemplateRun run) => value switch
    {
        MarkedText text => text,
        Undefined => MarkedText.Empty,
        null => MarkedText.Trusted("None"),
        bool flag => MarkedText.Trusted(flag ? "True" : "False"),
        long number => MarkedText.Trusted(number.ToString(CultureInfo.InvariantCulture)),
        double number => MarkedText.Trusted(number.ToString("0.0###############", CultureInfo.InvariantCulture)),
        _ => TemplateJson.Write(value, run, indent: 0),
    };

    /// <summary>The elements that a loop runs over.</summary>
    public static List<object?> Elements(object? value) => value switch
    {
        List<object?> list => list,
        TemplateMap map => [.. map.Keys.Select(MarkedText.Trusted)],
        MarkedText text => [.. Enumerable.Range(0, text.Length).Select(i => text.Slice(i, 1))],
        Undefined => [],
        _ => throw new TemplateFault($"{KindOf(value)} cannot be looped over."),
    };

    public static string KindOf(object? value) => value switch
    {
        null => "none",
        Undefined undefined => $"'{undefined.Name}', which is undefined,",
        bool => "a boolean",
        long or double => "a number",
        MarkedText => "a text",
        List<object?> => "a list",
        TemplateMap => "a dictionary",
        _ => "a function",
    };

    private static bool Equals(object? left, object? right, int depth) => (left, right) switch
    {
        _ when depth > TemplateRun.MostDepth => throw new TemplateFault("Values are nested too deeply."),
        (null, null) or (Undefined, Undefined) => true,
        (MarkedText a, MarkedText b) => a.Value == b.Value,
        (List<object?> a, List<object?> b) => a.Count == b.Count && a.Zip(b).All(pair => Equals(pair.First, pair.Second, depth + 1)),
        (TemplateMap a, TemplateMap b) => a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var other) && Equals(pair.Value, other, depth + 1)),
        _ when IsNumber(left) && IsNumber(right) => ToDouble(left).Equals(ToDouble(right)),
        _ => false,
    };
}
