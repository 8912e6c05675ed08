using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Switchboard.Testing.Time;

namespace Switchboard.EndToEnd.Tests.Deploy;

/// <summary>Callers that ask one request after the other, every second one for a stream, and remember what went wrong.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task[] _callers;
    private readonly Uri _address;
    private int _answered;

    public SteadyLoad(Uri url, int callers)
    {
        _address = new Uri(url, "v1/chat/completions");
        _callers = [.. Enumerable.Range(0, callers).Select(caller => AskOnAsync(isStream: caller % 2 == 0))];
    }

    public int Answered => Volatile.Read(ref _answered);

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Waits until so many more were answered.</summary>
    public async Task UntilMoreAsync(int count, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeLimit.Default * 2);
        var goal = Answered + count;
        while (Answered < goal)
        {
            await Task.Delay(10, limit.Token);
        }
    }

    /// <summary>Lets the requests that run come to their end.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_callers);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _client.Dispose();
        _end.Dispose();
    }

    private async Task AskOnAsync(bool isStream)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await AskAsync(isStream);
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or TaskCanceledException)
            {
                _failures.Enqueue(fault.ToString());
            }

            Interlocked.Increment(ref _answered);
        }
    }

    private async Task AskAsync(bool isStream)
    {
        var body = $$"""{"model":"relay/gpt-4o-mini","messages":[{"role":"user","content":"Hi"}],"stream":{{(isStream ? "true" : "false")}}}""";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _client.PostAsync(_address, content);
        var text = await answer.Content.ReadAsStringAsync();
        var isWhole = isStream ? text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal) : text.Contains("chat.completion", StringComparison.Ordinal);
        if (answer.StatusCode != HttpStatusCode.OK || !isWhole)
        {
            _failures.Enqueue($"{(int)answer.StatusCode}: {text}");
        }
    }
}
