using System.Text.Json;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks.Surfaces;

/// <summary>A gateway before one upstream that is a provider of three dialects (<c>up</c>, <c>claude</c>, <c>google</c>), and before its own engine.</summary>
public sealed class SurfaceProviders : IAsyncLifetime
{
    private GatewayProcess? _gateway;

    public ReplayUpstream Upstream { get; } = ReplayUpstream.Start();

    public async ValueTask InitializeAsync()
    {
        var configuration = $$"""
            providers:
              up: { type: openai, base_url: "{{Upstream.BaseUrl}}", api_key: sk-up }
              claude: { type: anthropic, base_url: "{{Upstream.BaseUrl}}", api_key: sk-claude }
              google: { type: gemini, base_url: "{{new Uri(Upstream.RootUrl, "v1beta")}}", api_key: sk-google }
              local: { type: local }
            """;
        _gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { Configuration = configuration }, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        await Upstream.DisposeAsync();
    }

    /// <summary>Runs a scenario of <c>surfaces.mjs</c>.</summary>
    public Task<JsonElement> RunAsync(string scenario, object request, object? second = null) =>
        NodeScript.RunAsync(scenario, new { baseURL = _gateway!.BaseUrl, request, second }, "surfaces.mjs");

    /// <summary>A recorded answer of a real provider; skips the test where the recordings are absent.</summary>
    public static ChatFixture Recorded(string dialect, Func<ChatFixture, bool> wanted)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        return ChatFixtures.Of(dialect).First(fixture => fixture.Status == 200 && wanted(fixture));
    }
}

/// <summary>The classes that share the gateway and its providers; one after the other, for each says what is answered next.</summary>
[CollectionDefinition]
public sealed class OnSurfaceProviders : ICollectionFixture<SurfaceProviders>;
