using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Server.Routing;

/// <summary>Deployments that die, fall silent, limit their rate and recover under load, one after the other, with every answer accounted for.</summary>
[Collection(MetricCapture.Collection)]
public sealed class ChaosTests
{
    private const int Callers = 12;
    private const int CallsOfAPhase = 120;

    private static readonly string[] s_names = ["a", "b", "c"];

    private readonly ConcurrentDictionary<string, int> _answered = new();
    private readonly ConcurrentDictionary<string, int> _received = new();
    private readonly ConcurrentDictionary<string, bool> _silent = new();
    private readonly ConcurrentDictionary<string, bool> _limited = new();
    private int _sent;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RoutingStrategy.Weighted)]
    [InlineData(RoutingStrategy.LeastBusy)]
    [InlineData(RoutingStrategy.LeastLatency)]
    public async Task No_call_is_lost_and_all_answers_are_accounted_for(RoutingStrategy strategy)
    {
        using var metrics = new MetricCapture();
        var model = $"chaos-{strategy}";
        await using var gateway = await RoutedGateway.StartAsync(
            3,
            row => row with { Strategy = strategy, Deadline = TimeSpan.FromSeconds(6) },
            one => one with { Priority = 0, Model = $"{model}-{one.Provider}" },
            configuration => configuration with
            {
                Models = new Dictionary<string, ModelSettings> { [model] = configuration.Models["m"] },
                Routing = new() { RetryBudget = 1, Breaker = new() { OpenFor = TimeSpan.FromMilliseconds(200) } },
            });
        foreach (var (upstream, name) in gateway.Upstreams.Zip(s_names))
        {
            upstream.On("/v1/chat/completions", (_, gone) => AnswerAsync(name, gone));
        }

        await RunPhaseAsync(gateway, model, () => true);
        gateway.Upstreams[0].RefuseConnections();
        await RunPhaseAsync(gateway, model, () => metrics[$"switchboard.attempts a/{model}-a 502"] > 0);
        gateway.Upstreams[0].Behave();
        _silent["b"] = true;
        await RunPhaseAsync(gateway, model, () => metrics[$"switchboard.attempts b/{model}-b 504"] > 0);
        _silent.Clear();
        _limited["c"] = true;
        await RunPhaseAsync(gateway, model, () => metrics[$"switchboard.cooldowns c/{model}-c rate_limited"] > 0);
        _limited.Clear();
        await RunUntilAllAnswerAsync(gateway, model).WithinAsync(TimeLimit.Default * 4, "all three to answer again", Token);

        Assert.Equal(_sent, _received.Values.Sum());

        // An attempt is counted once its answer has left, which the caller may see first.
        await UntilAsync(() => s_names.Sum(name => metrics[$"switchboard.attempts {name}/{model}-{name} answered"]) >= _sent).WithinAsync("all attempts to be counted", Token);
        Assert.Equal(_sent, s_names.Sum(name => metrics[$"switchboard.attempts {name}/{model}-{name} answered"]));
        Assert.All(["b", "c"], name => Assert.Equal(_answered[name], _received[name]));

        // What it wrote when it died may not have come through.
        Assert.True(_answered["a"] >= _received["a"]);
        Assert.Equal(0, s_names.Sum(name => metrics[$"switchboard.breaker.open {name}/{model}-{name}"]));
    }

    private async Task<UpstreamAnswer> AnswerAsync(string name, CancellationToken gone)
    {
        if (_silent.ContainsKey(name))
        {
            await Task.Delay(Timeout.Infinite, gone);
        }

        if (_limited.ContainsKey(name))
        {
            return UpstreamAnswer.Json("""{"error":{"message":"Slow down.","type":"requests","code":"rate_limit_exceeded"}}""", 429).WithHeader("Retry-After", "1");
        }

        _answered.AddOrUpdate(name, 1, (_, count) => count + 1);
        return UpstreamAnswer.Json($$"""{"object":"chat.completion","from":"{{name}}","choices":[]}""");
    }

    // Until what went wrong was met at least once, as a strategy may well go elsewhere for a while.
    private async Task RunPhaseAsync(RoutedGateway gateway, string model, Func<bool> isMet)
    {
        var left = CallsOfAPhase;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0 || !isMet())
            {
                await AskAsync(gateway, model);
            }
        })).WithinAsync(TimeLimit.Default * 4, "the end of a phase", Token);
    }

    private static async Task UntilAsync(Func<bool> isMet)
    {
        while (!isMet())
        {
            await Task.Delay(10, Token);
        }
    }

    private async Task RunUntilAllAnswerAsync(RoutedGateway gateway, string model)
    {
        var before = s_names.ToDictionary(name => name, _received.GetValueOrDefault);
        while (s_names.Any(name => _received[name] == before[name]))
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => AskAsync(gateway, model)));
        }
    }

    private async Task AskAsync(RoutedGateway gateway, string model)
    {
        Interlocked.Increment(ref _sent);
        using var answer = await gateway.SendAsync(model: model);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode} {RoutedGateway.Of(answer, "tried")} {text}");
        var from = JsonElement.Parse(text).GetProperty("from").GetString()!;
        Assert.Equal(from, RoutedGateway.Of(answer, "provider"));
        var failed = RoutedGateway.Of(answer, "tried")?.Split(", ").Length - 1 ?? 0;
        Assert.Equal(failed + 1, int.Parse(RoutedGateway.Of(answer, "attempts")!, CultureInfo.InvariantCulture));
        _received.AddOrUpdate(from, 1, (_, count) => count + 1);
    }
}
