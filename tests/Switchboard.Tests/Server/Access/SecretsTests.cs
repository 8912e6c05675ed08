using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records.Access;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Storage.Records;

namespace Switchboard.Tests.Server.Access;

/// <summary>Keys of providers that are kept encrypted in the records, on either database.</summary>
public abstract class SecretsTests : IAsyncLifetime
{
    private const string EncryptionKey = "planted encryption key of a test 0123456789";
    private const string Put = """{"value":"sk-kept-one"}""";

    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_provider_is_asked_with_the_key_that_is_kept_from_the_moment_it_is_put()
    {
        await using var gateway = await StartAsync();

        Assert.Equal((503, "provider_key_unavailable"), await AskAsync(gateway));
        Assert.Empty(gateway.Upstream.Requests);
        var (status, put) = await gateway.AdminAsync("PUT", "/secrets/up-key", Put);
        Assert.Equal(200, status);
        Assert.Equal("""["providers.up.api_key"]""", put.GetProperty("used_by").GetRawText());

        Assert.Equal((200, null), await AskAsync(gateway));
        await gateway.AdminAsync("PUT", "/secrets/up-key", """{"value":"sk-kept-two"}""");
        Assert.Equal((200, null), await AskAsync(gateway));
        Assert.Equal(200, (await gateway.AdminAsync("DELETE", "/secrets/up-key")).Status);
        Assert.Equal((503, "provider_key_unavailable"), await AskAsync(gateway));
        Assert.Equal(["Bearer sk-kept-one", "Bearer sk-kept-two"], gateway.Upstream.Requests.Select(request => request.Header("Authorization")));

        var (_, log) = await gateway.AdminAsync("GET", "/audit?target=up-key");
        Assert.Equal(["secret.delete", "secret.put", "secret.put"], log.GetProperty("data").EnumerateArray().Select(line => line.GetProperty("action").GetString()));
        Assert.DoesNotContain("sk-kept", put.ToString() + log, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-kept", await _database.DumpAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_key_a_provider_is_passed_over_and_is_not_thought_to_be_ill()
    {
        await using var gateway = await StartAsync(configuration => configuration with
        {
            Models = new Dictionary<string, ModelSettings> { ["mine"] = new() { Deployments = [new("up", "m"), new("other", "m") { Priority = 1 }] } },
        });

        for (var i = 0; i < 30; i++)
        {
            Assert.Equal((200, null), await AskAsync(gateway));
        }

        // However often it was passed over, it is asked at once when it has its key.
        await gateway.AdminAsync("PUT", "/secrets/up-key", Put);
        Assert.Equal((200, null), await AskAsync(gateway));
        Assert.Equal([.. Enumerable.Repeat("Bearer sk-of-the-provider", 30), "Bearer sk-kept-one"], gateway.Upstream.Requests.Select(request => request.Header("Authorization")));
    }

    [Fact]
    public async Task Other_gateways_learn_of_it_and_answers_that_run_come_to_their_end()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        await one.AdminAsync("PUT", "/secrets/up-key", Put);
        await UntilAsync(other, "Bearer sk-kept-one");

        using var release = new SemaphoreSlim(0);
        other.Upstream.On("/v1/chat/completions", async (request, cancellationToken) =>
        {
            if (request.BodyText.Contains("slow", StringComparison.Ordinal))
            {
                await release.WaitAsync(cancellationToken);
            }

            return UpstreamAnswer.Json("""{"id":"1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"done"},"finish_reason":"stop"}]}""");
        });
        var running = other.SendAsync("POST", "/v1/chat/completions", """{"model":"mine","messages":[{"role":"user","content":"slow"}]}""", ("Authorization", $"Bearer {GuardedGateway.Master}"));
        await Poll.UntilAsync(() => other.Upstream.Requests.Any(request => request.BodyText.Contains("slow", StringComparison.Ordinal)), "the slow one to be asked", Token);

        await one.AdminAsync("PUT", "/secrets/up-key", """{"value":"sk-kept-two"}""");
        await UntilAsync(other, "Bearer sk-kept-two");
        Assert.False(running.IsCompleted);
        release.Release();
        using var answer = await running;
        Assert.Contains("done", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        await one.AdminAsync("DELETE", "/secrets/up-key");
        await UntilAsync(other, null);
    }

    [Fact]
    public async Task What_another_encryption_key_encrypted_is_no_key_until_that_one_is_named_too()
    {
        await using (var first = await StartAsync())
        {
            await first.AdminAsync("PUT", "/secrets/up-key", Put);
        }

        const string Next = "the encryption key that follows 0123456789";
        await using (var next = await StartAsync(configuration => configuration with { Storage = configuration.Storage with { EncryptionKey = new Secret(Next) } }))
        {
            Assert.Equal((503, "provider_key_unavailable"), await AskAsync(next));
            Assert.False((await ListAsync(next))[0].GetProperty("decryptable").GetBoolean());
        }

        await using var both = await StartAsync(configuration => configuration with
        {
            Storage = configuration.Storage with { EncryptionKey = new Secret(Next), FormerEncryptionKey = new Secret(EncryptionKey) },
        });
        Assert.Equal((200, null), await AskAsync(both));
        Assert.True((await ListAsync(both))[0].GetProperty("decryptable").GetBoolean());
    }

    [Fact]
    public async Task While_the_records_are_away_the_gateway_starts_and_gets_its_keys_later()
    {
        using (var cipher = new SecretCipher(new Secret(EncryptionKey)))
        {
            await new AccessRecords(_database.Open(), TimeProvider.System).PutSecretAsync(cipher.Encrypt("up-key", new Secret("sk-kept-one")), new AuditNote("test", "secret.put"), Token);
        }

        var (records, lines) = (new InterceptedRecords { IsAway = true }, new LogLines());
        await using var gateway = await StartAsync(services: services => services.AddSingleton<IAccessRecords>(records.Over).AddLogging(lines.AddTo));

        Assert.Equal((503, "provider_key_unavailable"), await AskAsync(gateway));
        Assert.Contains(lines.All, line => line.Contains("providers.up.api_key has no key: the secret up-key could not be read", StringComparison.Ordinal));
        records.IsAway = false;
        await UntilAsync(gateway, "Bearer sk-kept-one");
    }

    [Fact]
    public async Task Secrets_are_listed_in_pages_without_their_values()
    {
        await using var gateway = await StartAsync();
        foreach (var name in (string[])["c", "a", "up-key"])
        {
            await gateway.AdminAsync("PUT", $"/secrets/{name}", Put);
        }

        var (_, first) = await gateway.AdminAsync("GET", "/secrets?limit=2");
        Assert.Equal((true, "c"), (first.GetProperty("has_more").GetBoolean(), first.GetProperty("last_id").GetString()));
        var (_, second) = await gateway.AdminAsync("GET", "/secrets?limit=2&after=c");
        Assert.Equal("up-key", Assert.Single(second.GetProperty("data").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(["up-key", "c", "a"], (await ListAsync(gateway, "?order=desc")).Select(secret => secret.GetProperty("name").GetString()));
        Assert.Equal(["a"], (await ListAsync(gateway, "?order=desc&after=c")).Select(secret => secret.GetProperty("name").GetString()));
        Assert.DoesNotContain("sk-kept", first.ToString() + second, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "-a", Put, 400, "invalid_value")]
    [InlineData("PUT", "a%20b", Put, 400, "invalid_value")]
    [InlineData("PUT", "a", """{}""", 400, "invalid_value")]
    [InlineData("PUT", "a", """{"value":""}""", 400, "invalid_value")]
    [InlineData("PUT", "a", """{"value":"sk planted"}""", 400, "invalid_value")]
    [InlineData("PUT", "a", """{"value":"sk-planted","other":1}""", 400, "unknown_parameter")]
    [InlineData("PUT", "a", """{"value":7}""", 400, "invalid_value")]
    [InlineData("DELETE", "a", null, 404, "secret_not_found")]
    [InlineData("POST", "a", Put, 405, "method_not_allowed")]
    public async Task What_is_wrong_is_said_and_not_repeated(string method, string name, string? body, int status, string code)
    {
        await using var gateway = await StartAsync();

        var (given, json) = await gateway.AdminAsync(method, $"/secrets/{name}", body);

        Assert.Equal((status, code), (given, json.GetProperty("error").GetProperty("code").GetString()));
        Assert.DoesNotContain("planted", json.ToString(), StringComparison.Ordinal);
        Assert.Empty(await ListAsync(gateway));
    }

    [Fact]
    public async Task Without_an_encryption_key_none_is_put_and_others_than_administrators_see_nothing()
    {
        await using var gateway = await StartAsync(configuration => configuration with
        {
            Storage = configuration.Storage with { EncryptionKey = null },
            Providers = new Dictionary<string, ProviderSettings> { ["up"] = configuration.Providers["other"], ["other"] = configuration.Providers["other"] },
        });

        var (status, json) = await gateway.AdminAsync("PUT", "/secrets/a", Put);
        Assert.Equal((409, "no_encryption_key"), (status, json.GetProperty("error").GetProperty("code").GetString()));
        var (_, key) = await gateway.CreateKeyAsync();
        Assert.Equal(403, (await gateway.AdminAsync("GET", "/secrets", key: key)).Status);
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private static async Task<(int Status, string? Code)> AskAsync(GuardedGateway gateway)
    {
        using var answer = await gateway.SendAsync("POST", "/v1/chat/completions", GuardedGateway.Chat(), ("Authorization", $"Bearer {GuardedGateway.Master}"));
        return answer.IsSuccessStatusCode ? ((int)answer.StatusCode, null) : ((int)answer.StatusCode, (await ErrorAnswer.ReadAsync(answer)).Code);
    }

    // Asks until the provider is asked with this; null until it is not asked.
    private static async Task UntilAsync(GuardedGateway gateway, string? authorization)
    {
        var ends = TimeProvider.System.GetUtcNow().AddSeconds(30);
        while (true)
        {
            var (status, code) = await AskAsync(gateway);
            if (authorization is null ? code == "provider_key_unavailable" : status == 200 && gateway.Upstream.Requests[^1].Header("Authorization") == authorization)
            {
                return;
            }

            Assert.True(TimeProvider.System.GetUtcNow() < ends, $"{status} {code}");
            await Task.Delay(20, Token);
        }
    }

    private static async Task<JsonElement[]> ListAsync(GuardedGateway gateway, string query = "") =>
        [.. (await gateway.AdminAsync("GET", "/secrets" + query)).Json.GetProperty("data").EnumerateArray()];

    private Task<GuardedGateway> StartAsync(Func<GatewayConfiguration, GatewayConfiguration>? change = null, Action<IServiceCollection>? services = null) =>
        GuardedGateway.StartAsync(_database.Address, services: services, change: configuration =>
        {
            configuration = configuration with
            {
                Storage = configuration.Storage with { EncryptionKey = new Secret(EncryptionKey) },
                Providers = new Dictionary<string, ProviderSettings>(configuration.Providers)
                {
                    ["up"] = configuration.Providers["up"] with { ApiKey = Secret.Kept("up-key") },
                },
            };
            return change?.Invoke(configuration) ?? configuration;
        });
}

public sealed class SqliteSecretsTests : SecretsTests
{
    private protected override Task<TestDatabase> CreateAsync() => Task.FromResult(TestDatabase.OnSqlite());
}

[Collection<OnPostgres>]
public sealed class PostgresSecretsTests(SharedPostgres shared) : SecretsTests
{
    private protected override Task<TestDatabase> CreateAsync() => TestDatabase.OnPostgresAsync(shared);
}
