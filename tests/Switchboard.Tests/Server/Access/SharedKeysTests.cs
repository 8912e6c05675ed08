using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Switchboard.Tests.Server.Access;

/// <summary>Gateways on one file of records.</summary>
public sealed class SharedKeysTests
{
    [Fact]
    public async Task A_key_of_one_gateway_is_known_to_the_other_and_refused_there_once_it_is_disabled()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-test-");
        try
        {
            var file = Path.Combine(folder.FullName, "switchboard.db");
            await using var one = await GuardedGateway.StartAsync(file);
            await using var other = await GuardedGateway.StartAsync(file);
            var (id, key) = await one.CreateKeyAsync();

            await UntilAsync(other, key, 200);
            Assert.Equal(200, (await one.AdminAsync("PATCH", $"/keys/{id}", """{"disabled":true}""")).Status);
            Assert.Equal(403, await one.ChatAsync(key));
            await UntilAsync(other, key, 403);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Keys_never_appear_in_logs_errors_health_or_the_file()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-test-");
        try
        {
            var (logs, seen, secrets) = (new ConcurrentQueue<string>(), new StringBuilder(), new List<string> { GuardedGateway.Master });
            await using (var gateway = await GuardedGateway.StartAsync(Path.Combine(folder.FullName, "switchboard.db"), services: services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddFilter(null, LogLevel.Trace).AddProvider(new Lines(logs)))))
            {
                var (id, key) = await gateway.CreateKeyAsync(""","allowed_models":["mine"]""");
                var second = (await gateway.AdminAsync("POST", $"/keys/{id}/rotate", """{"grace_seconds":60}""")).Json.GetProperty("key").GetString()!;
                secrets.AddRange([key, second]);
                foreach (var (path, used) in new[] { ("/v1/chat/completions", key), ("/v1/chat/completions", second + "x"), ("/v1/files", second), ("/v1/nothing", key) })
                {
                    using var answer = await gateway.SendAsync("POST", path, GuardedGateway.Chat("theirs"), ("Authorization", $"Bearer {used}"));
                    Assert.InRange((int)answer.StatusCode, 400, 499);
                    seen.Append(answer.Headers).Append(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                }

                Assert.Equal(200, await gateway.ChatAsync(second));
                await gateway.AdminAsync("PATCH", $"/keys/{id}", """{"disabled":true}""");
                Assert.Equal(403, await gateway.ChatAsync(second));
                foreach (var path in new[] { "/health", "/ready", "/", "/openapi.json", "/admin/keys", "/admin/audit", $"/admin/keys/{id}" })
                {
                    using var answer = await gateway.SendAsync("GET", path, null, ("Authorization", $"Bearer {GuardedGateway.Master}"));
                    Assert.Equal(200, (int)answer.StatusCode);
                    seen.Append(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                }
            }

            seen.AppendJoin('\n', logs);
            foreach (var file in folder.GetFiles())
            {
                seen.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file.FullName, TestContext.Current.CancellationToken)));
            }

            // What is looked through has the heads of keys in it, and logs.
            var all = seen.ToString();
            Assert.Contains(secrets[1][..10], all, StringComparison.Ordinal);
            Assert.NotEmpty(logs);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task UntilAsync(GuardedGateway gateway, string key, int expected)
    {
        var ends = TimeProvider.System.GetUtcNow().AddSeconds(30);
        while (await gateway.ChatAsync(key) is var status && status != expected)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < ends, $"{status} and not {expected}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
