using System.Globalization;
using System.Text;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>The tags of a measurement as text between braces: <c>model="gpt-4o",key="ci"</c>. Made once for each series.</summary>
internal static class MetricLabels
{
    /// <summary>The label of the series that takes what is beyond the most an instrument may have.</summary>
    public const string Overflow = "overflow=\"true\"";

    // A value is a name of something: nobody needs more of it, and the page's size stays bounded.
    private const int LongestValue = 256;

    /// <summary>The text of tags, in the order of their names.</summary>
    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (tag, value) in tags)
        {
            // `le` is Prometheus's own.
            var name = MetricNames.Clean(tag);
            name = name == "le" ? "le_" : name;
            var text = TextOf(value);

            // Two tags that differ in letters which labels do not have.
            labels[name] = labels.TryGetValue(name, out var other) ? $"{other};{text}" : text;
        }

        var written = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            Append(written, name, value);
        }

        return written.ToString();
    }

    /// <summary>Writes a label behind others.</summary>
    public static void Append(StringBuilder text, string name, string value)
    {
        if (text.Length > 0)
        {
            text.Append(',');
        }

        text.Append(name).Append("=\"");
        AppendEscaped(text, value);
        text.Append('"');
    }

    /// <summary>The value of a tag as text.</summary>
    public static string TextOf(object? value)
    {
        var text = value switch
        {
            null => "",
            string already => already,
            bool truth => truth ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.Length <= LongestValue ? text : text[..LongestValue];
    }

    /// <summary>Writes text with what ends a value or a line written otherwise.</summary>
    public static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                _ => text.Append(letter),
            };
        }
    }
}
