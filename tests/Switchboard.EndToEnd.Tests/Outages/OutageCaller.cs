using System.Globalization;
using System.Text;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Outages;

/// <summary>
/// A caller that asks one call after another, on one connection: the gateway has ended a call before it reads the next.
/// Where its gateway is killed it waits for the next one.
/// </summary>
internal sealed class OutageCaller(string name, string key) : IDisposable
{
    // So long between two calls: the load is to be constant, and no measure of the machine.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 1 });
    private readonly Lock _lock = new();
    private readonly List<string> _begun = [];
    private readonly List<string> _answered = [];
    private readonly List<string> _failures = [];

    /// <summary>The calls that it began, in their order.</summary>
    public IReadOnlyList<string> Begun => Copy(_begun);

    /// <summary>The calls that it had whole answers to, in their order.</summary>
    public IReadOnlyList<string> Answered => Copy(_answered);

    /// <summary>What went wrong with others.</summary>
    public IReadOnlyList<string> Failures => Copy(_failures);

    /// <summary>Asks until it is to stop, or until a call fails.</summary>
    public async Task AskAsync(GatewayProcess gateway, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested && Failures.Count == 0)
        {
            await AskOnceAsync(gateway);
            await Task.Delay(s_pace, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks once.</summary>
    /// <returns>The id of the call.</returns>
    public async Task<string> AskOnceAsync(GatewayProcess gateway)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{name}-{Begun.Count:00000}");
        Add(_begun, id);
        try
        {
            var (status, text) = await AskAsync(gateway, id, isStream: _begun.Count % 3 == 0);
            Add(status == 200 && !text.Contains("\"error\"", StringComparison.Ordinal) ? _answered : _failures, status == 200 ? id : $"{id}: {status} {text}");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
        {
            Add(_failures, $"{id}: {fault.Message}");
        }

        return id;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<(int Status, string Text)> AskAsync(GatewayProcess gateway, string id, bool isStream)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.RootUrl, "v1/chat/completions"))
        {
            Content = new StringContent($$"""{"model":"relay/gpt-4o-mini","messages":[{"role":"user","content":"Hi"}],"stream":{{(isStream ? "true" : "false")}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        request.Headers.TryAddWithoutValidation("x-request-id", id);

        // No token: a call that was begun is waited for, also when the load stops.
        using var answer = await _client.SendAsync(request, CancellationToken.None);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(CancellationToken.None));
    }

    private void Add(List<string> list, string text)
    {
        lock (_lock)
        {
            list.Add(text);
        }
    }

    private string[] Copy(List<string> list)
    {
        lock (_lock)
        {
            return [.. list];
        }
    }
}
