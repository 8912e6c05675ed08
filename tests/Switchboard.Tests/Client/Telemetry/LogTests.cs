using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Switchboard.Client;
using Switchboard.Protocol.Chat;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.Telemetry;

public sealed class LogTests
{
    [Fact]
    public async Task No_key_no_body_and_no_id_is_logged()
    {
        await using var upstream = ReplayUpstream.Start();
        upstream.Reply(500, """{"error":{"message":"told-secret"}}""", ("retry-after-ms", "1"), ("x-request-id", "req_secret"))
            .Reply(404, """{"error":{"message":"told-secret","code":"code_secret"}}""");
        using var log = new Kept();
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = "sk-secret", BaseUrl = upstream.BaseUrl, ReadsEnvironment = false, LoggerFactory = log });

        await Assert.ThrowsAsync<ApiNotFoundException>(() => client.Files.RetrieveAsync("file-secret", new CallOptions { Query = [new("q", "query-secret")] }, TestContext.Current.CancellationToken));
        await client.Chat.Completions.CreateAsync(new([new UserMessage("prompt-secret")], "m"), cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(log.Lines.Count >= 5, string.Join('\n', log.Lines));
        Assert.Contains(log.Lines, line => line.Contains("GET /files/{file_id}", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("secret", StringComparison.OrdinalIgnoreCase));
    }

    private sealed class Kept : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new InvalidOperationException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
