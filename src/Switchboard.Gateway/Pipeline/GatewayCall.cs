using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Pipeline;

/// <summary>
/// One request on its way through the gateway: the body as it came, the few facts peeked from it, and the sink
/// to answer to. It knows nothing of HTTP servers, so an endpoint, a worker and a test start the same call.
/// </summary>
public sealed class GatewayCall
{
    /// <summary>What is asked for.</summary>
    public required ApiOperation Operation { get; init; }

    /// <summary>The request's JSON as the caller sent it. Owned by whoever made the call, valid until its outcome.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What one forward scan found in <see cref="Body"/>.</summary>
    public required RequestFacts Facts { get; init; }

    /// <summary>The caller's <c>x-request-id</c>, or one made here (UUIDv7).</summary>
    public required string RequestId { get; init; }

    /// <summary>Where the answer goes.</summary>
    public required IAnswerSink Sink { get; init; }

    /// <summary>Request headers meant for the provider (<c>openai-beta</c>, <c>idempotency-key</c>, …).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ForwardedHeaders { get; init; } = [];

    /// <summary>The tokens the provider counted, once its answer told them.</summary>
    public TokenUsage? Usage { get; set; }

    /// <summary>When each phase ended, for <c>Server-Timing</c>.</summary>
    public CallTimings Timings { get; } = new();
}
