namespace Switchboard.Benchmarks.Load;

/// <summary>The upstream's models, one for each kind of answer. A name's end tells the kind; callers of Switchboard have names of their own.</summary>
internal static class Models
{
    public const string Answer = "answer";
    public const string Stream = "stream";
    public const string Step = "step";
    public const string First = "first";
    public const string Slow = "slow";

    public static string[] Kinds { get; } = [Answer, Stream, Step, First, Slow];

    public static string CallersName(string kind) => $"bench-{kind}";

    public static string UpstreamsName(string kind) => $"simulated-model-{kind}";
}
