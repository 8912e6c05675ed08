using System.Collections.Concurrent;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>A gateway in front of one provider, which answers what a test says or what was recorded of the real API.</summary>
public sealed class Provider : IAsyncLifetime
{
    public const string Name = "replay";
    public const string Key = "sk-provider";

    /// <summary>A model that the provider does not list; the gateway has it in its table, under its own name.</summary>
    public const string NamedModel = "deepseek-chat";

    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();
    private GatewayProcess? _gateway;

    /// <summary>The provider without the gateway.</summary>
    public Uri ProviderUrl => _upstream.BaseUrl;

    public Uri BaseUrl => _gateway!.BaseUrl;

    public async ValueTask InitializeAsync()
    {
        // The list of models is asked when the gateway likes, so it has its answer from the beginning.
        if (SharedFolder.FullPath is not null)
        {
            _upstream.On("/v1/models", _ => Exchange("ModelsTests/ListModels").ToAnswer());
        }

        var configuration = $$"""
            providers:
              {{Name}}: { type: openai, base_url: "{{_upstream.BaseUrl}}", api_key: {{Key}} }
            models:
              {{NamedModel}}: { deployments: [{ provider: {{Name}}, model: {{NamedModel}} }] }
            """;
        _gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { Configuration = configuration }, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        await _upstream.DisposeAsync();
    }

    /// <summary>An exchange of a recorded session of openai-dotnet with the real API, by its place in the session; skips the test where the recordings are absent.</summary>
    public static RecordedExchange Exchange(string session, int index = 0)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        return Recording.FromSession(SharedFolder.Combine("recordings", $"{session}.json")).Exchanges[index];
    }

    /// <summary>From now on the path is answered with these in turn, the last of them again and again; gives the requests as they come.</summary>
    public ConcurrentQueue<UpstreamRequest> Answer(string path, params UpstreamAnswer[] answers)
    {
        var asked = new ConcurrentQueue<UpstreamRequest>();
        _upstream.On(path, request =>
        {
            asked.Enqueue(request);
            return answers[Math.Min(asked.Count, answers.Length) - 1];
        });
        return asked;
    }
}

/// <summary>The classes that share the gateway and its provider; one after the other, for each says what is answered next.</summary>
[CollectionDefinition]
public sealed class OnProvider : ICollectionFixture<Provider>;
