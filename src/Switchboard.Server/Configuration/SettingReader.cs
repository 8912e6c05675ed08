using System.Globalization;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration;

/// <summary>
/// Reads the settings of one node as the types they are; a wrong type, an unknown name and a missing value are
/// faults that name file, line and setting. Ranges are the business of the gateway's own rules.
/// </summary>
internal sealed class SettingReader
{
    private readonly SettingNode _node;
    private readonly ICollection<SettingFault> _faults;

    public SettingReader(SettingNode node, IReadOnlyList<SettingDefinition> known, ICollection<SettingFault> faults)
    {
        _node = node;
        _faults = faults;
        if (node.Shape == SettingShape.Sequence || node.Value is not null)
        {
            Refuse(node, $"Names with values are expected here: {string.Join(", ", known.Select(setting => setting.Name))}.");
            return;
        }

        RefuseUnknown(known);
        foreach (var missing in known.Where(setting => setting.IsRequired && node.Find(setting.Name) is null))
        {
            Refuse(node, $"'{missing.Name}' is missing. {missing.Description}");
        }
    }

    /// <summary>The text of a setting, or null where it is not set.</summary>
    public string? Text(string name) => Scalar(name)?.Value;

    /// <summary>A secret, or null.</summary>
    public Secret? Secret(string name) => Text(name) is { } value ? new Secret(value) : null;

    /// <summary>A secret that may be kept elsewhere, or null.</summary>
    public Secret? KeptSecret(string name) => Text(name) is { } value ? SecretReferences.Read(value) : null;

    /// <summary>A URL as written, relative where it is none: the rules name the setting then.</summary>
    public Uri? Url(string name) =>
        Text(name) is not { } value ? null : Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out var url) ? url : new Uri("", UriKind.Relative);

    /// <summary>A whole number.</summary>
    public int Integer(string name, int fallback) =>
        Parse(name, fallback, "a whole number", (string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value));

    /// <summary>A whole number, or null where it is not set.</summary>
    public int? OptionalInteger(string name) => Text(name) is null ? null : Integer(name, 1);

    /// <summary>A whole number that may be large, or null where it is not set.</summary>
    public long? OptionalLong(string name) =>
        Parse<long?>(name, null, "a whole number", (string text, out long? value) =>
        {
            var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
            value = number;
            return isNumber;
        });

    /// <summary>A number, or null.</summary>
    public double? OptionalNumber(string name) =>
        Parse<double?>(name, null, "a number", (string text, out double? value) =>
        {
            var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
            value = number;
            return isNumber;
        });

    /// <summary>A decimal number, or null.</summary>
    public decimal? OptionalDecimal(string name) =>
        Parse<decimal?>(name, null, "a number", (string text, out decimal? value) =>
        {
            var isNumber = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
            value = number;
            return isNumber;
        });

    /// <summary>A list of texts; one alone may be written without brackets.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (_node.Find(name) is not { } node)
        {
            return [];
        }

        if (node is { Shape: SettingShape.Scalar, Value: { } one })
        {
            return [one];
        }

        if (node.Shape == SettingShape.Sequence || node.IsIndexed)
        {
            var texts = new List<string>();
            foreach (var item in node.Children)
            {
                if (item is { Shape: SettingShape.Scalar, Value: { } text })
                {
                    texts.Add(text);
                }
                else
                {
                    Refuse(item, "One value is expected here.");
                }
            }

            return texts;
        }

        Refuse(node, "A list of values is expected here: [a, b].");
        return [];
    }

    /// <summary>One of a few words.</summary>
    public T Word<T>(string name, T fallback, params ReadOnlySpan<(string Word, T Value)> words)
    {
        if (Scalar(name) is not { Value: { } text } node)
        {
            return fallback;
        }

        foreach (var (word, value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        var known = new List<string>();
        foreach (var (word, _) in words)
        {
            known.Add(word);
        }

        Refuse(node, $"It must be one of {string.Join(", ", known)}, but '{text}' is written.");
        return fallback;
    }

    /// <summary>Names of the operator's own, each with what a word makes of it; none where the setting is not written.</summary>
    public IReadOnlyDictionary<string, T> Map<T>(string name, Func<string, T> make)
    {
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        if (_node.Find(name) is not { } node)
        {
            return map;
        }

        if (node.Shape != SettingShape.Mapping)
        {
            Refuse(node, "Names with a word each are expected here.");
            return map;
        }

        foreach (var child in node.Children)
        {
            if (child is { Shape: SettingShape.Scalar, Value: { Length: > 0 } word })
            {
                map[child.Name] = make(word);
            }
            else
            {
                Refuse(child, "One word is expected here.");
            }
        }

        return map;
    }

    /// <summary>The settings of a group, or null where it is not written.</summary>
    public SettingReader? Group(string name, IReadOnlyList<SettingDefinition> members) =>
        _node.Find(name) is { } node ? new SettingReader(node, members, _faults) : null;

    /// <summary>Names of the operator's own, each with settings; none where the setting is not written.</summary>
    public IReadOnlyDictionary<string, T> Groups<T>(string name, IReadOnlyList<SettingDefinition> members, Func<SettingReader, T> bind)
    {
        var groups = new Dictionary<string, T>(StringComparer.Ordinal);
        if (_node.Find(name) is not { } node)
        {
            return groups;
        }

        if (node.Shape != SettingShape.Mapping)
        {
            Refuse(node, "Names with settings below are expected here.");
            return groups;
        }

        foreach (var child in node.Children)
        {
            groups[child.Name] = bind(new SettingReader(child, members, _faults));
        }

        return groups;
    }

    /// <summary>True or false.</summary>
    public bool Boolean(string name, bool fallback) =>
        Parse<bool>(name, fallback, "true or false", bool.TryParse);

    /// <summary>True or false, or null where it is not set.</summary>
    public bool? OptionalBoolean(string name) => Text(name) is null ? null : Boolean(name, false);

    /// <summary>A level of the log.</summary>
    public LogLevel LogLevel(string name, LogLevel fallback) => Parse(name, fallback, Levels, (string text, out LogLevel value) => LogLevels.TryParse(text, out value));

    /// <summary>Levels of the log by names of the operator's own.</summary>
    public IReadOnlyDictionary<string, LogLevel> LogLevelsByName(string name)
    {
        var levels = new Dictionary<string, LogLevel>(StringComparer.Ordinal);
        foreach (var (category, word) in Map(name, word => word))
        {
            if (LogLevels.TryParse(word, out var level))
            {
                levels[category] = level;
            }
            else
            {
                Refuse(_node.Find(name)!.Find(category)!, $"It must be {Levels}, but '{word}' is written.");
            }
        }

        return levels;
    }

    /// <summary>A duration.</summary>
    public TimeSpan Duration(string name, TimeSpan fallback) =>
        Parse(name, fallback, "a duration such as 500ms, 30s, 2m or 1h", (string text, out TimeSpan value) => Durations.TryParse(text, out value));

    /// <summary>A duration or the word <c>auto</c>; null where it is not set.</summary>
    public HedgeDelay? HedgeDelay(string name) =>
        Parse<HedgeDelay?>(name, null, "auto, or a duration such as 500ms or 2s", (string text, out HedgeDelay? value) =>
        {
            var isDuration = Durations.TryParse(text, out var time);
            value = text == "auto" ? Gateway.Configuration.HedgeDelay.Auto : new HedgeDelay(time);
            return isDuration || text == "auto";
        });

    /// <summary>A duration, or null where it is not set.</summary>
    public TimeSpan? OptionalDuration(string name) => Text(name) is null ? null : Duration(name, TimeSpan.FromSeconds(1));

    private static string Levels => $"one of {string.Join(", ", LogLevels.Names)}";

    private delegate bool TryParse<T>(string text, out T value);

    private T Parse<T>(string name, T fallback, string expected, TryParse<T> parse)
    {
        if (Scalar(name) is not { Value: { } text } node)
        {
            return fallback;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        Refuse(node, $"It must be {expected}, but '{text}' is written.");
        return fallback;
    }

    private SettingNode? Scalar(string name)
    {
        var node = _node.Find(name);
        if (node is null || (node.Shape == SettingShape.Scalar && node.Value is not null))
        {
            return node;
        }

        // `api_key:` with nothing behind it is a slip, not a wish for the default.
        Refuse(node, node.Shape == SettingShape.Scalar ? "It has no value; write one or leave the line out." : "One value is expected here.");
        return null;
    }

    private void RefuseUnknown(IReadOnlyList<SettingDefinition> known)
    {
        foreach (var child in _node.Children.Where(child => known.All(setting => setting.Name != child.Name)))
        {
            var suggestion = Suggestion.For(child.Name, [.. known.Select(setting => setting.Name)]);
            Refuse(child, suggestion is not null
                ? $"There is no such setting. Did you mean '{suggestion}'?"
                : $"There is no such setting; there are {string.Join(", ", known.Select(setting => setting.Name))}.");
        }
    }

    // The first thing said of a setting is the cause; more would be its consequences.
    private void Refuse(SettingNode node, string message)
    {
        if (_faults.All(fault => fault.Setting != node.Path))
        {
            _faults.Add(new SettingFault(node.Source?.ToString(), node.Path, message));
        }
    }
}
