namespace Switchboard.Benchmarks.Load.Figures;

/// <summary>The tables as Markdown, printed as they come, and the bars for the last of them.</summary>
internal sealed class Report
{
    private readonly List<Bar> _bars = [];

    public static void Table(string title, params IReadOnlyList<string> columns)
    {
        Console.WriteLine();
        Console.WriteLine($"**{title}**");
        Console.WriteLine();
        Row(columns);
        Console.WriteLine("|---|" + string.Concat(Enumerable.Repeat("---:|", columns.Count - 1)));
    }

    public static void Row(params IReadOnlyList<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

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
