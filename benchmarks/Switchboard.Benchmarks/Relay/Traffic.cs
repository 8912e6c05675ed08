namespace Switchboard.Benchmarks.Relay;

/// <summary>One kind of request, and how it is counted.</summary>
/// <param name="Title">Stands above its table.</param>
/// <param name="Unit">What is counted: requests, or events.</param>
/// <param name="Units">How many of them an answer has.</param>
/// <param name="Request">The body that is sent.</param>
/// <param name="Answer">The body that must come back.</param>
/// <param name="Connections">Under how many connections it is measured.</param>
internal sealed record Traffic(string Title, string Unit, int Units, byte[] Request, byte[] Answer, int[] Connections)
{
    /// <summary>True where latency is the time to the first event.</summary>
    public bool IsStream => Units > 1;

    public static Traffic[] All { get; } =
    [
        new($"Answers in one piece ({Payloads.Completion.Length} bytes)", "requests", 1,
            Payloads.Request(stream: false), Payloads.Completion, [1, 16, 64]),
        new($"Streams of {Payloads.StreamEvents} events, as fast as they go", "events", Payloads.StreamEvents,
            Payloads.Request(stream: true), Payloads.Stream, [1, 16, 64]),
        new($"Streams of {Payloads.StreamEvents} events, one every {RelayUpstream.Pace.TotalMilliseconds} ms", "events", Payloads.StreamEvents,
            Payloads.Request(stream: true, Payloads.PacedCaller), Payloads.Stream, [16, 64]),
    ];
}
