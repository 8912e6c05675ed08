using System.Globalization;
using System.Text;

namespace Switchboard.Engine.Templates.Library;

/// <summary>The functions that a template finds.</summary>
internal static class TemplateGlobals
{
    private const long LongestRange = 100_000;

    // strftime's letters that templates use, as .NET's formats.
    private static readonly Dictionary<char, string> s_dateFormats = new()
    {
        ['d'] = "dd", ['b'] = "MMM", ['B'] = "MMMM", ['m'] = "MM", ['Y'] = "yyyy", ['y'] = "yy", ['A'] = "dddd", ['a'] = "ddd",
        ['H'] = "HH", ['I'] = "hh", ['M'] = "mm", ['S'] = "ss", ['p'] = "tt", ['e'] = "%d", ['j'] = string.Empty,
    };

    public static void AddTo(TemplateMap globals)
    {
        globals["raise_exception"] = (TemplateFunction)RaiseException;
        globals["strftime_now"] = (TemplateFunction)FormatNow;
        globals["range"] = (TemplateFunction)Range;
        globals["namespace"] = (TemplateFunction)(static (arguments, _) => Fill(new TemplateMap { IsNamespace = true }, arguments));
        globals["dict"] = (TemplateFunction)(static (arguments, _) => Fill([], arguments));
    }

    private static object? RaiseException(TemplateArguments arguments, TemplateRun run) =>
        throw new TemplateFault(TemplateValues.ToText(arguments.At(0, "message"), run).Value);

    private static TemplateMap Fill(TemplateMap map, TemplateArguments arguments)
    {
        foreach (var (name, value) in arguments.Named)
        {
            map[name] = value;
        }

        return map;
    }

    private static List<object?> Range(TemplateArguments arguments, TemplateRun run)
    {
        var bounds = arguments.Positional.ConvertAll(TemplateValues.ToInteger);
        var (start, stop, step) = bounds.Count switch
        {
            1 => (0, bounds[0], 1),
            2 => (bounds[0], bounds[1], 1),
            3 when bounds[2] != 0 => (bounds[0], bounds[1], bounds[2]),
            _ => throw new TemplateFault("range() needs one to three numbers, and a step that is not 0."),
        };
        var numbers = new List<object?>();
        for (Int128 i = start; step > 0 ? i < stop : i > stop; i += step)
        {
            run.Spend();
            numbers.Add((long)i);
            if (numbers.Count > LongestRange)
            {
                throw new TemplateFault("range() is too long.");
            }
        }

        return numbers;
    }

    private static MarkedText FormatNow(TemplateArguments arguments, TemplateRun run)
    {
        var format = TemplateValues.ToText(arguments.At(0, "format"), run).Value;
        var now = run.Clock.GetLocalNow();
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] == '%' && i + 1 < format.Length)
            {
                i++;
                text.Append(s_dateFormats.TryGetValue(format[i], out var net) && net.Length > 0 ? now.ToString(net, CultureInfo.InvariantCulture) : format[i].ToString());
            }
            else
            {
                text.Append(format[i]);
            }
        }

        return MarkedText.Trusted(text.ToString());
    }
}
