using System.Globalization;
using System.Net;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Testing.Misbehaviours;

namespace Switchboard.Tests.Server.Headers;

public sealed class CallHeadersTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_tells_where_it_came_from(bool stream)
    {
        await using var gateway = await RelayedGateway.StartAsync();

        using var answer = await gateway.SendAsync(RelayedGateway.Chat(stream));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("up", "up/m", "1", "0"), (Of(answer, "provider"), Of(answer, "deployment"), Of(answer, "attempts"), Of(answer, "queue-ms")));
        Assert.True(int.Parse(Of(answer, "upstream-ms")!, CultureInfo.InvariantCulture) >= 0);
        Assert.Null(Of(answer, "cache"));
    }

    [Theory]
    [InlineData(false, "401 invalid_api_key", true)]
    [InlineData(true, "401 invalid_api_key", true)]
    [InlineData(false, "HTML page with 200", true)]
    [InlineData(true, "HTML page with 200", true)]
    [InlineData(false, "close before headers", false)]
    [InlineData(true, "close before headers", false)]
    public async Task So_does_an_error_after_the_call_was_routed(bool stream, string misbehaviour, bool hasHead)
    {
        await using var gateway = await RelayedGateway.StartAsync();
        gateway.Upstream.Misbehave(Misbehaviour.Named(misbehaviour));

        using var answer = await gateway.SendAsync(RelayedGateway.Chat(stream));

        Assert.True((int)answer.StatusCode >= 400);
        Assert.Equal(("up", "up/m", "1", "0"), (Of(answer, "provider"), Of(answer, "deployment"), Of(answer, "attempts"), Of(answer, "queue-ms")));
        Assert.Equal(hasHead, Of(answer, "upstream-ms") is not null);
    }

    [Theory]
    [InlineData("nobody/has-it")]
    [InlineData("")]
    public async Task And_not_one_before(string model)
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var answer = await gateway.PostAsync("/v1/chat/completions", RelayedGateway.Chat(model: model));

        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("x-switchboard-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_call_that_found_no_place_was_not_tried()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = new ScriptedProvider
        {
            Answer = async (call, cancellationToken) =>
            {
                running.SetResult();
                await release.Task.WaitAsync(cancellationToken);
                return await ScriptedProvider.RepeatAsync(call, cancellationToken);
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider, configuration: new GatewayConfiguration
        {
            Server = new ServerSettings { OverloadStatus = 529 },
            Providers = new Dictionary<string, ProviderSettings> { [provider.Name] = new() { Type = "scripted", MaxConcurrency = 1, MaxQueue = 0 } },
        });
        var first = gateway.PostAsync("/v1/chat/completions", RelayedGateway.Chat(model: "parrot"));
        await running.Task.WaitAsync(TestContext.Current.CancellationToken);

        using var refused = await gateway.PostAsync("/v1/chat/completions", RelayedGateway.Chat(model: "parrot"));
        release.SetResult();
        using var answered = await first;

        Assert.Equal((529, "overloaded_error", "overloaded"), await ErrorAnswer.ReadAsync(refused) is var error ? (error.Status, error.Type, error.Code) : default);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.Equal(("scripted", "0"), (Of(refused, "provider"), Of(refused, "attempts")));
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task The_phases_have_the_queue_where_there_was_one()
    {
        var provider = new ScriptedProvider
        {
            Answer = (call, cancellationToken) =>
            {
                call.Timings.Add(CallTimings.Queue, TimeSpan.FromMilliseconds(1500.25));
                call.Timings.Add(CallTimings.Queue, TimeSpan.FromMilliseconds(250));
                return ScriptedProvider.RepeatAsync(call, cancellationToken);
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider);

        using var answer = await gateway.PostAsync("/v1/chat/completions", RelayedGateway.Chat(model: "parrot"));

        Assert.Equal("1750", Of(answer, "queue-ms"));
        Assert.Contains("queue;dur=1500.250, queue;dur=250.000", answer.Headers.GetValues("Server-Timing").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scripted/a\\r\\nSet-Cookie: x=1", "scripted/a%0D%0ASet-Cookie%3A%20x%3D1")]
    [InlineData("scripted/größe", "scripted/gr%C3%B6%C3%9Fe")]
    [InlineData("scripted/a/b", "scripted/a/b")]
    public async Task A_models_name_cannot_write_headers(string model, string told)
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var answer = await gateway.PostAsync("/v1/chat/completions", RelayedGateway.Chat(model: model));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(told, Of(answer, "deployment"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Nor_can_it_fill_the_head()
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var answer = await gateway.PostAsync("/v1/chat/completions", RelayedGateway.Chat(model: "scripted/" + new string('m', 100_000)));

        Assert.Equal("scripted/".Length + 256, Of(answer, "deployment")!.Length);
    }

    private static string? Of(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues($"x-switchboard-{name}", out var values) ? Assert.Single(values) : null;
}
