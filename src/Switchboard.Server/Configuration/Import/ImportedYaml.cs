using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Switchboard.Server.Configuration.Import;

/// <summary>Writes settings as YAML: parts and their entries a line each, what is below on one line.</summary>
internal static partial class ImportedYaml
{
    /// <summary>Writes the parts that have something in them.</summary>
    public static void Write(StringBuilder text, ImportedGroup root)
    {
        foreach (var (part, value) in root.Settings)
        {
            if (value is ImportedGroup { Settings.Count: > 0 } group)
            {
                text.Append(CultureInfo.InvariantCulture, $"{part}:\n");
                foreach (var (name, setting) in group.Settings)
                {
                    WriteEntry(text, name, setting);
                }
            }
        }
    }

    private static void WriteEntry(StringBuilder text, string name, object value)
    {
        if (value is not ImportedGroup group || !group.Settings.Any(setting => setting.Value is IReadOnlyList<ImportedGroup>))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Scalar(name)}: {Inline(value)}\n");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"  {Scalar(name)}:\n");
        foreach (var (key, setting) in group.Settings)
        {
            if (setting is IReadOnlyList<ImportedGroup> items)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {key}:\n");
                foreach (var item in items)
                {
                    text.Append(CultureInfo.InvariantCulture, $"      - {Inline(item)}\n");
                }
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"    {key}: {Inline(setting)}\n");
            }
        }
    }

    private static string Inline(object value) => value switch
    {
        ImportedGroup { Settings.Count: 0 } => "{}",
        ImportedGroup group => $"{{ {string.Join(", ", group.Settings.Select(setting => $"{Scalar(setting.Key)}: {Inline(setting.Value)}"))} }}",
        IEnumerable<string> texts => $"[{string.Join(", ", texts.Select(Scalar))}]",
        bool flag => flag ? "true" : "false",
        string text => Scalar(text),
        decimal number => number.ToString("0.############", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    // Between quotes wherever YAML could read it as something else than a text.
    private static string Scalar(string text) => PlainText().IsMatch(text) && !Word().IsMatch(text)
        ? text
        : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}\"";

    [GeneratedRegex(@"^(\$\{[A-Za-z0-9_]+\}|https?://[A-Za-z0-9._:/-]*[A-Za-z0-9/]|[A-Za-z][A-Za-z0-9_./-]*|[0-9]+(\.[0-9]+)?(ms|s|m|h))\z", RegexOptions.ExplicitCapture)]
    private static partial Regex PlainText();

    [GeneratedRegex(@"^(true|false|yes|no|on|off|null|y|n)\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Word();
}
