namespace Switchboard.Benchmarks.Load.Figures;

/// <summary>The tables as Markdown, printed as they come, and the bars for the last of them.</summary>
internal sealed class Report
{
    private readonly List<Bar> _bars = [];

    public static void Table(string title, params ReadOnlySpan<string> columns)
    {
        Console.WriteLine();
        Console.WriteLine($"**{title}**");
        Console.WriteLine();
        Row(columns);
        Console.WriteLine("|" + string.Concat(Enumerable.Repeat("---:|", columns.Length)));
    }

    public static void Row(params ReadOnlySpan<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    public static string Text(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A median with its quartiles.</summary>
    public static string Text(Sample ratio) => Text($"**{ratio.Median:0.00}** ({ratio.Quantile(0.25):0.00} to {ratio.Quantile(0.75):0.00})");

    public void Add(Bar bar) => _bars.Add(bar);

    public void PrintBars()
    {
        Table("What was asked for", "figure", "bar", "measured", "met");
        foreach (var bar in _bars)
        {
            Row(bar.Name, bar.Wanted, bar.Measured, bar.IsMet ? "yes" : "**no**");
        }
    }
}
