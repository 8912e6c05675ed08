using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.BuiltIn;

/// <summary>One gateway without any configuration, as <c>./up</c> starts it, for all tests of the built-in models.</summary>
public sealed class BuiltInGateway : IAsyncLifetime
{
    public const string ChatModel = "switchboard-tiny";
    public const string EmbeddingModel = "switchboard-tiny-embed";

    private GatewayProcess? _process;

    public Uri BaseUrl => _process!.BaseUrl;

    public async ValueTask InitializeAsync() =>
        _process = await GatewayProcess.StartAsync(new GatewayProcessOptions(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}

/// <summary>The classes that share the gateway; they run one after the other and leave the cores to the model.</summary>
[CollectionDefinition]
public sealed class OnBuiltInGateway : ICollectionFixture<BuiltInGateway>;
