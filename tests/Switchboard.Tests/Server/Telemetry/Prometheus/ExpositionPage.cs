using System.Globalization;
using System.Text.RegularExpressions;

namespace Switchboard.Tests.Server.Telemetry.Prometheus;

/// <summary>A page of metrics, read as strictly as the formats are written down: what is not allowed fails the test.</summary>
internal sealed partial class ExpositionPage
{
    private readonly Dictionary<string, ExpositionFamily> _families = new(StringComparer.Ordinal);
    private readonly bool _isOpenMetrics;
    private ExpositionFamily? _current;

    private ExpositionPage(bool isOpenMetrics) => _isOpenMetrics = isOpenMetrics;

    public IReadOnlyDictionary<string, ExpositionFamily> Families => _families;

    public IEnumerable<ExpositionSample> Samples => _families.Values.SelectMany(family => family.Samples);

    /// <summary>The one sample of this name that has these labels among its own.</summary>
    public ExpositionSample Sample(string name, params (string Name, string Value)[] labels) => Assert.Single(Samples, sample => sample.Is(name, labels));

    public static ExpositionPage Read(string text, bool isOpenMetrics)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var page = new ExpositionPage(isOpenMetrics);
        var lines = text[..^1].Split('\n');
        Assert.Equal(isOpenMetrics, lines[^1] == "# EOF");
        foreach (var line in isOpenMetrics ? lines[..^1] : lines)
        {
            page.Take(line);
        }

        foreach (var family in page._families.Values)
        {
            family.Check(isOpenMetrics);
        }

        var all = page.Samples.Select(sample => sample.Identity).ToList();
        Assert.Equal(all.Count, all.Distinct(StringComparer.Ordinal).Count());
        return page;
    }

    private void Take(string line)
    {
        if (Comment().Match(line) is { Success: true } comment)
        {
            Take(comment.Groups["word"].Value, comment.Groups["name"].Value, comment.Groups["rest"].Value);
            return;
        }

        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"This is no line of the format: {line}");
        Assert.NotNull(_current);
        Assert.True(_isOpenMetrics || !match.Groups["exemplar"].Success, $"The text format has no exemplars: {line}");
        var labels = Labels(match.Groups["labels"].Value);
        Assert.Equal(labels.Count, labels.Select(label => label.Name).Distinct(StringComparer.Ordinal).Count());
        var exemplar = match.Groups["exemplar"].Success ? new ExpositionExemplar(Labels(match.Groups["exemplar"].Value), Number(match.Groups["at"].Value), match.Groups["time"].Success ? Number(match.Groups["time"].Value) : null) : null;
        _current.Samples.Add(new ExpositionSample(match.Groups["name"].Value, labels, Number(match.Groups["value"].Value), exemplar));
    }

    private void Take(string word, string name, string rest)
    {
        if (_current?.Name != name)
        {
            // A family is in one piece: a name that was left does not come again.
            Assert.False(_families.ContainsKey(name), $"{name} is there twice.");
            _families.Add(name, _current = new ExpositionFamily(name));
        }

        Assert.Empty(_current.Samples);
        switch (word)
        {
            case "TYPE":
                Assert.Null(_current.Type);
                _current.Type = rest;
                break;
            case "HELP":
                Assert.Null(_current.Help);
                _current.Help = rest;
                break;
            default:
                Assert.True(_isOpenMetrics, "The text format has no units.");
                Assert.EndsWith("_" + rest, name, StringComparison.Ordinal);
                _current.Unit = rest;
                break;
        }
    }

    private static List<(string Name, string Value)> Labels(string text) =>
        [.. LabelPair().Matches(text).Select(match => (match.Groups["name"].Value, Unescaped(match.Groups["value"].Value)))];

    private static string Unescaped(string value) => Escape().Replace(value, match => match.Value[1] == 'n' ? "\n" : match.Value[1..]);

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^# (?<word>TYPE|HELP|UNIT) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.+)$")]
    private static partial Regex Comment();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_]\w*="([^"\\]|\\[\\n"])*",?)+)\})? (?<value>\S+)( # \{(?<exemplar>([a-zA-Z_]\w*="([^"\\]|\\[\\n"])*",?)+)\} (?<at>\S+)( (?<time>\S+))?)?$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>[a-zA-Z_]\w*)="(?<value>([^"\\]|\\.)*)"(,|$)""")]
    private static partial Regex LabelPair();

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();
}
