using System.Globalization;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Benchmarks.Ledger;

/// <summary>Rows of thirty days, evenly over them, in the order of time.</summary>
internal static class LedgerRows
{
    public const int Days = 30;

    /// <summary>How many the gateway writes at once.</summary>
    public const int Batch = 1_000;

    private const int Models = 20;
    private const int Keys = 50;
    private const int Projects = 5;
    private const int Providers = 4;

    /// <summary>The first moment: of days that are over, so that no answer depends on the clock.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The rows of a day.</summary>
    public static int OfDay(int rows, int day) => (int)(((long)rows * (day + 1) / Days) - ((long)rows * day / Days));

    public static IEnumerable<LedgerRow> Make(int rows)
    {
        var random = new Random(7);
        for (var day = 0; day < Days; day++)
        {
            var count = OfDay(rows, day);
            for (var i = 0; i < count; i++)
            {
                yield return Row(Start.AddDays(day).AddMicroseconds(86_400_000_000L * i / count), random);
            }
        }
    }

    private static LedgerRow Row(DateTimeOffset at, Random random)
    {
        var (model, key) = (random.Next(Models), random.Next(Keys));
        var usage = new TokenUsage(random.Next(20, 4_000), random.Next(1, 800));
        return new LedgerRow
        {
            Id = Guid.CreateVersion7(at),
            At = at,
            RequestId = Text($"req_{random.NextInt64():x16}{random.NextInt64():x16}"),
            Key = Text($"key_{key:x32}"),
            Project = Text($"project_{key % Projects:x32}"),
            Operation = "chat.completions",
            Model = Text($"model-{model:00}"),
            Provider = Text($"provider-{model % Providers}"),
            Deployment = Text($"deployment-{model:00}"),
            Usage = usage,
            Cost = (usage.Prompt * 150L) + (usage.Completion * 600L),
            IsStream = random.Next(2) == 0,
            Attempts = 1,
            Status = 200,
            Duration = TimeSpan.FromMilliseconds(random.Next(100, 20_000)),
            FirstByte = TimeSpan.FromMilliseconds(random.Next(50, 900)),
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
