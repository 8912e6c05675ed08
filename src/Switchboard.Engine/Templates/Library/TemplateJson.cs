using System.Globalization;
using System.Text;

namespace Switchboard.Engine.Templates.Library;

/// <summary>Writes values as JSON with Python's spacing, as the templates' authors saw it.</summary>
internal static class TemplateJson
{
    public static MarkedText Write(object? value, TemplateRun run, int indent)
    {
        var json = new MarkedText.Builder();
        Write(value, run, indent, 0, json);
        return json.Build();
    }

    private static void Write(object? value, TemplateRun run, int indent, int depth, MarkedText.Builder json)
    {
        run.Spend(json.Length / 64);
        if (depth > TemplateRun.MostDepth)
        {
            throw new TemplateFault("Values are nested too deeply.");
        }

        switch (value)
        {
            case MarkedText text:
                run.Spend(text.Length);
                json.Append(text.Rewrite(Quote(text.Value)));
                break;
            case List<object?> list:
                WriteItems("[", "]", list, run, indent, depth, json, item => Write(item, run, indent, depth + 1, json));
                break;
            case TemplateMap map:
                WriteItems("{", "}", map, run, indent, depth, json, pair =>
                {
                    json.Append(MarkedText.Trusted(Quote(pair.Key) + ": "));
                    Write(pair.Value, run, indent, depth + 1, json);
                });
                break;
            default:
                json.Append(MarkedText.Trusted(Scalar(value)));
                break;
        }
    }

    private static string Scalar(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => "null",
    };

    private static void WriteItems<T>(
        string open, string close, IReadOnlyCollection<T> items, TemplateRun run, int indent, int depth, MarkedText.Builder json, Action<T> write)
    {
        run.Spend(items.Count);
        json.Append(MarkedText.Trusted(open));
        var first = true;
        foreach (var item in items)
        {
            var separator = indent > 0 ? "," : ", ";
            json.Append(MarkedText.Trusted((first ? string.Empty : separator) + NewLine(indent, depth + 1)));
            first = false;
            write(item);
        }

        json.Append(MarkedText.Trusted((first ? string.Empty : NewLine(indent, depth)) + close));
    }

    private static string NewLine(int indent, int depth) => indent > 0 ? "\n" + new string(' ', indent * depth) : string.Empty;

    private static string Quote(string text)
    {
        var json = new StringBuilder("\"", text.Length + 2);
        foreach (var character in text)
        {
            json.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => character.ToString(),
            });
        }

        return json.Append('"').ToString();
    }
}
