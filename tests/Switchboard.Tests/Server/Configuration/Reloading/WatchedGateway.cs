using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Switchboard.Server;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Configuration.Reloading;

/// <summary>A served gateway with a configuration file that it watches, and what it logs of that.</summary>
internal sealed class WatchedGateway : IAsyncDisposable, ILoggerProvider, ILogger
{
    private readonly Channel<string> _news = Channel.CreateUnbounded<string>();

    private WatchedGateway(string yaml) => Folder = new ConfigurationFolder(yaml);

    public ConfigurationFolder Folder { get; }

    public ServedGateway Gateway { get; private set; } = null!;

    public GatewayRuntime Runtime => Gateway.Services.GetRequiredService<GatewayRuntime>();

    public static async Task<WatchedGateway> StartAsync(string yaml, Action<ConfigurationFolder>? prepare = null, ScriptedProvider? provider = null)
    {
        var watched = new WatchedGateway(yaml);
        prepare?.Invoke(watched.Folder);
        var loaded = Switchboard.Server.Configuration.ConfigurationLoader.Load(watched.Folder.Sources(), ServedGateway.Registry(null!).Types);
        watched.Gateway = await ServedGateway.StartAsync(
            provider,
            services: services => services.AddLogging(logging => logging.AddFilter<WatchedGateway>("Switchboard.Server.Configuration", LogLevel.Information).AddProvider(watched)),
            loaded: loaded);
        return watched;
    }

    /// <summary>Writes the file anew and waits for what is said of it.</summary>
    public async Task<string> WriteAsync(string yaml, string file = "switchboard.yaml")
    {
        // As editors and deployments do: never half a file under the name.
        Folder.Write(file + ".new", yaml);
        File.Move(Path.Combine(Folder.FullPath, file + ".new"), Path.Combine(Folder.FullPath, file), overwrite: true);
        return await NextAsync();
    }

    /// <summary>The next line of the log about the configuration.</summary>
    public Task<string> NextAsync() =>
        _news.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WithinAsync("word of the configuration", TestContext.Current.CancellationToken);

    /// <summary>True while nothing more was said.</summary>
    public bool IsSilent => _news.Reader.Count == 0;

    public Task<HttpResponseMessage> ChatAsync(string model, bool stream = false) =>
        Gateway.PostAsync("/v1/chat/completions", RelayedGateway.Chat(stream, model));

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        Folder.Dispose();
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) =>
        categoryName.StartsWith("Switchboard.Server.Configuration", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    void IDisposable.Dispose()
    {
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _news.Writer.TryWrite($"{logLevel}: {formatter(state, exception)}");
}
