namespace Switchboard.Benchmarks.Load;

/// <summary>One kind of request, and how its answer is counted.</summary>
/// <param name="Name">By which it is asked for.</param>
/// <param name="Unit">What is counted: requests, or events.</param>
/// <param name="Units">How many of them an answer has.</param>
/// <param name="Request">The body that is sent.</param>
/// <param name="Answer">The body that must come back, with no times in it.</param>
internal sealed record Traffic(string Name, string Unit, int Units, byte[] Request, byte[] Answer)
{
    public static Traffic Answers { get; } = new(
        "Answers", "requests", 1, Payloads.Request(stream: false, Models.CallersName(Models.Answer)), Payloads.Completion);

    public static Traffic Prompts32K { get; } = LongPrompts("Prompts32K", 32 * 1024);

    public static Traffic Prompts1M { get; } = LongPrompts("Prompts1M", 1024 * 1024);

    public static Traffic Streams { get; } = new(
        "Streams", "events", Payloads.StreamEvents, Payloads.Request(stream: true, Models.CallersName(Models.Stream)), Payloads.Stream);

    /// <summary>As <see cref="Streams"/>, but the upstream sends each event by itself, in turn with those of other streams.</summary>
    public static Traffic Steps { get; } = Streams with { Name = "Steps", Request = Payloads.Request(stream: true, Models.CallersName(Models.Step)) };

    /// <summary>As <see cref="Streams"/>, but all after the first event comes a moment later.</summary>
    public static Traffic FirstEvents { get; } =
        Streams with { Name = "FirstEvents", Request = Payloads.Request(stream: true, Models.CallersName(Models.First)) };

    public static Traffic SlowStreams { get; } = new(
        "SlowStreams", "events", Payloads.SlowEvents.Length, Payloads.Request(stream: true, Models.CallersName(Models.Slow)), [.. Payloads.SlowEvents.SelectMany(e => e)])
    {
        Stamps = [.. FindStamps()],
    };

    public static Traffic[] All { get; } = [Answers, Prompts32K, Prompts1M, Streams, Steps, FirstEvents, SlowStreams];

    /// <summary>Further lines of the request's head.</summary>
    public string Headers { get; init; } = "";

    /// <summary>True where latency is the time to the first event.</summary>
    public bool IsStream => Units > 1;

    /// <summary>Where in the answer events tell when they were sent.</summary>
    public Stamp[] Stamps { get; private init; } = [];

    private static Traffic LongPrompts(string name, int length)
    {
        var more = length - Answers.Request.Length;
        return Answers with { Name = name, Request = Payloads.Request(stream: false, Models.CallersName(Models.Answer), more) };
    }

    private static IEnumerable<Stamp> FindStamps()
    {
        var end = 0;
        foreach (var data in Payloads.SlowEvents)
        {
            if (data.AsSpan().IndexOf(Payloads.NoStamp) is var at and >= 0)
            {
                yield return new Stamp(end + at, end + data.Length);
            }
            end += data.Length;
        }
    }
}

/// <summary>The place of a time in an answer.</summary>
/// <param name="Offset">Where its digits begin.</param>
/// <param name="EventEnd">Where its event ends: with that byte it has arrived.</param>
internal readonly record struct Stamp(int Offset, int EventEnd);
