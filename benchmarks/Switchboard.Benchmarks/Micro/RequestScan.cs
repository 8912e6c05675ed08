using BenchmarkDotNet.Attributes;
using Switchboard.Benchmarks.Load;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Benchmarks.Micro;

/// <summary>What does reading a request cost, as its conversation grows?</summary>
public class RequestScan
{
    private byte[] _body = [];

    /// <summary>How large the body is, in KB.</summary>
    [Params(1, 32, 1024)]
    public int Kilobytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var small = Payloads.Request(stream: true);
        var content = small.AsSpan().IndexOf("careful"u8);
        var filler = new byte[Math.Max(0, (Kilobytes * 1024) - small.Length)];
        filler.AsSpan().Fill((byte)'x');
        _body = [.. small.AsSpan(0, content), .. filler, .. small.AsSpan(content)];

        var facts = Scan();
        if (facts is not { Model: "bench", Stream: true, IncludeUsage: true } || !_body.AsSpan()[facts.ModelSpan].SequenceEqual("\"bench\""u8))
        {
            throw new InvalidOperationException($"The scan found {facts}.");
        }
    }

    [Benchmark]
    public RequestFacts? Scan() =>
        RequestReader.TryRead(_body, ApiOperation.ChatCompletions, strict: false, out var facts, out _) ? facts : null;
}
