using System.Text;
using System.Text.Json;
using Switchboard.Testing.Time;

namespace Switchboard.Testing.Upstream;

/// <summary>A request the upstream got, and what became of it.</summary>
public sealed class UpstreamRequest
{
    private readonly TaskCompletionSource<ExchangeEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _eventsSent;

    internal UpstreamRequest(string method, string target, IReadOnlyList<KeyValuePair<string, string>> headers, byte[] body)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        Method = method;
        Path = question < 0 ? target : target[..question];
        Query = question < 0 ? "" : target[question..];
        Headers = headers;
        Body = body;
    }

    /// <summary>The place in the order of arrival, from 1.</summary>
    public int Number { get; internal set; }

    /// <summary>The connection it came on, from 1: two requests with one number shared a connection.</summary>
    public int Connection { get; internal set; }

    /// <summary>GET, POST …</summary>
    public string Method { get; }

    /// <summary>The path as sent, without the query.</summary>
    public string Path { get; }

    /// <summary>The query as sent with its question mark, or nothing.</summary>
    public string Query { get; }

    /// <summary>The headers as sent, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>The body as sent; a chunked one without its framing.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body as text.</summary>
    public string BodyText => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The body as JSON.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public JsonElement Json => JsonElement.Parse(Body.Span);

    /// <summary>How many events (or body parts) were written to the socket so far.</summary>
    public int EventsSent => Volatile.Read(ref _eventsSent);

    /// <summary>How the exchange ended, once it has.</summary>
    public Task<ExchangeEnd> Ended => _ended.Task;

    internal EventGate Gate { get; } = new();

    /// <summary>The first header of that name, or null.</summary>
    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Lets held events go, and returns when they were written.</summary>
    /// <exception cref="InvalidOperationException">The stream has ended or is not held.</exception>
    public async Task ReleaseAsync(int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            await Gate.ReleaseAsync().WithinAsync($"event {EventsSent + 1} of request {Number} to be written", cancellationToken);
        }
    }

    /// <summary>Lets one held event go, and returns when it was written.</summary>
    /// <exception cref="InvalidOperationException">The stream has ended or is not held.</exception>
    public Task ReleaseAsync(CancellationToken cancellationToken) => ReleaseAsync(1, cancellationToken);

    /// <summary>Lets all the rest of the stream go.</summary>
    public void ReleaseRest() => Gate.Open();

    /// <summary>Waits until the exchange has ended, and says how.</summary>
    public Task<ExchangeEnd> WaitForEndAsync(CancellationToken cancellationToken) =>
        Ended.WithinAsync($"the end of request {Number}", cancellationToken);

    internal void CountEvents(int count) => Interlocked.Add(ref _eventsSent, count);

    internal void End(ExchangeEnd end)
    {
        Gate.Close();
        _ended.TrySetResult(end);
    }
}
