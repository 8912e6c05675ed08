using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Storage.Records;

namespace Switchboard.Tests.Server.Secrecy;

/// <summary>
/// A real gateway with secrets everywhere, asked well and badly in every way, over an upstream that says all it was told
/// in its errors. What came out of it (answers, logs at their finest, spans, measurements, the database, spilled rows)
/// has none of them in it.
/// </summary>
public abstract class PlantedSecretsTests : IAsyncLifetime
{
    private static readonly string[] s_dialects = ["Authorization", "api-key", "x-api-key", "x-goog-api-key"];

    private readonly Dictionary<string, string> _planted = new()
    {
        ["master key"] = "planted.master.0f9d8c7b6a5f4e3d2c1b0a9988776655",
        ["encryption key"] = "planted.encryption.1122334455667788990011223344",
        ["former encryption key"] = "planted.former.99887766554433221100998877665544",
        ["redis password"] = "planted.redis.5566778899",
        ["key in the configuration"] = "planted.configured.77aa88bb99cc",
        ["administration key"] = "planted.administration.1a2b3c4d5e",
        ["kept key"] = "planted.kept.4d5e6f7a8b9c",
        ["kept key from before"] = "planted.replaced.9c8b7a6f5e4d",
        ["kept key that is deleted"] = "planted.deleted.1f2e3d4c5b6a",
        ["anthropic key"] = "planted.anthropic.a1b2c3d4e5",
        ["gemini key"] = "planted.gemini.f6e5d4c3b2",
        ["cohere key"] = "planted.cohere.0a1b2c3d4e",
        ["azure key"] = "planted.azure.5f6a7b8c9d",
        ["azure client secret"] = "planted.client.0e1f2a3b4c",
        ["access key id"] = "PLANTEDACCESSKEYID77",
        ["secret access key"] = "planted.signing.d5e6f7a8b9",
        ["session token"] = "planted.session.c0d1e2f3a4",
        ["vertex token"] = "planted.vertex.b5c6d7e8f9",
    };

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly Seen _seen = new();

    // Without spans of its own: they would name the address.
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("switchboard-test-");
    private TestDatabase _database = null!;
    private Echo _echo;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await CreateAsync();
        var issuer = new Uri(_upstream.RootUrl, "realm").ToString();
        var key = new RsaSecurityKey(_rsa) { KeyId = "first" };
        _planted["token"] = new JsonWebTokenHandler().CreateToken(
            JsonSerializer.Serialize(new Dictionary<string, object> { ["iss"] = issuer, ["aud"] = "switchboard", ["sub"] = "ada", ["exp"] = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds() }),
            new SigningCredentials(key, SecurityAlgorithms.RsaSha256));
        var published = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa.ExportParameters(false)));
        _upstream.On("/realm/.well-known/openid-configuration", _ => UpstreamAnswer.Json($$"""{"issuer":"{{issuer}}","jwks_uri":"{{new Uri(_upstream.RootUrl, "keys")}}"}"""));
        _upstream.On("/keys", _ => UpstreamAnswer.Json($$"""{"keys":[{"kty":"RSA","kid":"first","use":"sig","n":"{{published.N}}","e":"{{published.E}}"}]}"""));
        _upstream.Otherwise(request => Echoes.Of(_echo, request, UpstreamAnswer.Json(
            """{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""")));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _client.Dispose();
        _seen.Dispose();
        await _upstream.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _rsa.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Nothing_that_is_planted_comes_out()
    {
        await using (var gateway = await StartAsync(_database.Address))
        {
            var keys = await AdministerAsync(gateway);
            foreach (var kind in Enum.GetValues<Echo>())
            {
                _echo = kind;
                await AskProvidersAsync(gateway, keys[1]);
            }

            _echo = Echo.Answer;
            await KnockAsync(gateway, keys);
            await MisaddressAsync(gateway, keys[1]);
            await OpenSocketsAsync(gateway, keys[1]);
            await LookAroundAsync(gateway);
            await gateway.StopAsync();
        }

        // What is left where it is kept, and what is written while the ledger's database is away, or all of it.
        _seen.Add("database", await _database.DumpAsync());
        await using (var gateway = await StartAsync(_database.Address, new LedgerAway()))
        {
            _echo = Echo.Refused;
            await AskProvidersAsync(gateway, _planted["virtual key"]);
            await gateway.StopAsync();
        }

        foreach (var file in _folder.GetFiles("*", SearchOption.AllDirectories))
        {
            _seen.Add("spill", await File.ReadAllTextAsync(file.FullName, Encoding.Latin1, Token));
        }

        await using (var gateway = await StartAsync($"postgres://switchboard:{Plant("database password", "planted.database.6e7f8a9b0c")}@127.0.0.1:1/none"))
        {
            await SendAsync(gateway, "POST", "/v1/chat/completions", Chat("up/m"), ("Authorization", $"Bearer {_planted["virtual key"]}"));
            await SendAsync(gateway, "GET", "/admin/secrets", null, ("Authorization", $"Bearer {_planted["master key"]}"));
            await gateway.StopAsync();
        }

        // It was looked through, and there was something in it.
        Assert.All((string[])["database", "spill", "trace", "metric"], where => Assert.NotEqual(0, _seen.Count(where)));
        Assert.NotEmpty(_seen.Find(new Dictionary<string, string> { ["head of the key"] = _planted["virtual key"][..10] }));
        Assert.NotEmpty(_seen.Logs.All);
        var arrived = string.Concat(_upstream.Requests.SelectMany(request => request.Headers.Select(header => header.Value).Append(request.BodyText)));
        Assert.All((string[])["key in the configuration", "kept key", "anthropic key", "gemini key", "cohere key", "azure key", "azure client secret", "session token", "vertex token"], name => Assert.Contains(_planted[name], Uri.UnescapeDataString(arrived), StringComparison.Ordinal));
        var found = _seen.Find(_planted);
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private static string Chat(string model, string text = "Hi", bool stream = false) =>
        $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"max_tokens":9,"messages":[{"role":"user","content":"{{text}}"}]}""";

    private string Plant(string name, string value) => _planted[name] = value;

    private async Task<ServedGateway> StartAsync(string records, ILedgerRecords? ledger = null)
    {
        Secret Of(string name) => new(_planted[name]);
        ProviderSettings Provider(string type, string? key, Uri? address = null) => new() { Type = type, BaseUrl = address ?? _upstream.RootUrl, ApiKey = key is null ? null : Of(key) };
        var gateway = await ServedGateway.StartAsync(
            services: services =>
            {
                // These are ASP.NET's own and write down what address was asked for, keys in it or not.
                services.AddLogging(logging =>
                {
                    _seen.Logs.AddTo(logging);
                    logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None).AddFilter("Microsoft.AspNetCore.Routing", LogLevel.None);
                });
                if (ledger is not null)
                {
                    services.AddSingleton(ledger);
                }
            },
            configuration: new GatewayConfiguration
            {
                Access = new AccessSettings { MasterKey = Of("master key"), Tokens = new TokenSettings { Issuer = new Uri(_upstream.RootUrl, "realm").ToString(), Audience = ["switchboard"] } },
                Storage = new StorageSettings
                {
                    Records = new Secret(records),
                    Spill = Path.Combine(_folder.FullName, "spill"),
                    EncryptionKey = Of("encryption key"),
                    FormerEncryptionKey = Of("former encryption key"),
                    Shared = new Secret($"redis://:{_planted["redis password"]}@127.0.0.1:1/0"),
                },
                Providers = new Dictionary<string, ProviderSettings>
                {
                    ["up"] = Provider("openai", "key in the configuration", _upstream.BaseUrl) with { AdminApiKey = Of("administration key") },
                    ["kept"] = Provider("openai", null, _upstream.BaseUrl) with { ApiKey = Secret.Kept("kept") },
                    ["gone"] = Provider("openai", null, _upstream.BaseUrl) with { ApiKey = Secret.Kept("gone") },
                    ["anthropic"] = Provider("anthropic", "anthropic key"),
                    ["gemini"] = Provider("gemini", "gemini key"),
                    ["cohere"] = Provider("cohere", "cohere key"),
                    ["ollama"] = Provider("ollama", null),
                    ["groq"] = Provider("groq", "key in the configuration", _upstream.BaseUrl),
                    ["azure"] = new() { Type = "azure", Endpoint = _upstream.RootUrl, ApiKey = Of("azure key") },
                    ["entra"] = new() { Type = "azure", Endpoint = _upstream.RootUrl, Authority = _upstream.RootUrl, TenantId = "t", ClientId = "c", ClientSecret = Of("azure client secret") },
                    ["bedrock"] = Provider("bedrock", null) with { AccessKeyId = Of("access key id"), SecretAccessKey = Of("secret access key"), SessionToken = Of("session token") },
                    ["vertex"] = Provider("vertex", "vertex token") with { Project = "p" },
                },
            });
        return gateway;
    }

    private async Task<string[]> AdministerAsync(ServedGateway gateway)
    {
        var master = ("Authorization", $"Bearer {_planted["master key"]}");
        async Task<JsonElement> CreateAsync(string path, string body)
        {
            // The one answer that has a key in it.
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = ServedGateway.Body(body) };
            request.Headers.TryAddWithoutValidation(master.Item1, master.Item2);
            using var answer = await gateway.Client.SendAsync(request, Token);
            return JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(Token));
        }

        var made = await CreateAsync("/admin/keys", """{"name":"robot"}""");
        var first = Plant("virtual key from before", made.GetProperty("key").GetString()!);
        var id = made.GetProperty("id").GetString();
        var second = Plant("virtual key", (await CreateAsync($"/admin/keys/{id}/rotate", """{"grace_seconds":60}""")).GetProperty("key").GetString()!);
        var limited = await CreateAsync("/admin/keys", """{"name":"limited","allowed_models":["none"],"allowed_addresses":["10.0.0.0/8"]}""");
        var third = Plant("limited virtual key", limited.GetProperty("key").GetString()!);

        await SendAsync(gateway, "PUT", "/admin/secrets/kept", $$"""{"value":"{{_planted["kept key from before"]}}"}""", master);
        await SendAsync(gateway, "PUT", "/admin/secrets/kept", $$"""{"value":"{{_planted["kept key"]}}"}""", master);
        await SendAsync(gateway, "PUT", "/admin/secrets/gone", $$"""{"value":"{{_planted["kept key that is deleted"]}}"}""", master);
        await SendAsync(gateway, "DELETE", "/admin/secrets/gone", null, master);
        await SendAsync(gateway, "PUT", "/admin/secrets/kept", $$"""{"value":"{{_planted["kept key"]}} "}""", master);
        await SendAsync(gateway, "PUT", "/admin/secrets/kept", $$"""{"value":["{{_planted["kept key"]}}"],"more":1}""", master);
        await SendAsync(gateway, "PUT", "/admin/secrets/kept", $$"""{"value":"{{_planted["kept key"]}}""", master);
        await SendAsync(gateway, "PUT", "/admin/secrets/-", $$"""{"value":"{{_planted["kept key"]}}"}""", master);
        await SendAsync(gateway, "PUT", "/admin/secrets/kept", $$"""{"value":"{{_planted["kept key"]}}"}""", ("Authorization", $"Bearer {second}"));
        return [first, second, third];
    }

    private async Task AskProvidersAsync(ServedGateway gateway, string key)
    {
        var caller = ("Authorization", $"Bearer {key}");
        foreach (var provider in (string[])["up", "kept", "gone", "anthropic", "gemini", "cohere", "ollama", "groq", "azure", "entra", "bedrock", "vertex"])
        {
            var model = $"{provider}/m";
            await SendAsync(gateway, "POST", "/v1/chat/completions", Chat(model, $"my key is {key}"), caller);
            await SendAsync(gateway, "POST", "/v1/chat/completions", Chat(model, stream: true), caller);
            await SendAsync(gateway, "POST", "/v1/embeddings", $$"""{"model":"{{model}}","input":"Hi"}""", caller);
            await SendAsync(gateway, "POST", "/v1/messages", Chat(model), caller);
            await SendAsync(gateway, "POST", "/v1/responses", $$"""{"model":"{{model}}","input":"Hi","stream":true}""", caller);
            await SendAsync(gateway, "POST", $"/v1beta/models/{model}:generateContent", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""", ("x-goog-api-key", key));
            await SendAsync(gateway, "POST", "/v1/images/generations", $$"""{"model":"{{model}}","prompt":"Hi"}""", caller);
            await RelayAsync("/v1/files", caller, provider);
        }

        await RelayAsync("/v1/organization/users", ("Authorization", $"Bearer {_planted["master key"]}"), "up");
        await SendAsync(gateway, "GET", "/v1/models", null, caller);

        // The body of a success is the provider's answer, whatever it says.
        Task<int> RelayAsync(string path, (string, string) who, string provider) => _echo == Echo.Garbage
            ? Task.FromResult(0)
            : SendAsync(gateway, "GET", path, null, who, ("x-switchboard-provider", provider));
    }

    // Keys that are none, not quite, or in the wrong place.
    private async Task KnockAsync(ServedGateway gateway, string[] keys)
    {
        foreach (var header in s_dialects)
        {
            var before = header == "Authorization" ? "Bearer " : "";
            foreach (var value in (string[])[.. keys, _planted["token"], _planted["token"] + "x", .. keys.Select(key => key + "x"), _planted["master key"] + "x", $" {keys[1]} {keys[0]}", $"Basic {keys[1]}"])
            {
                foreach (var path in (string[])["/v1/chat/completions", "/v1/messages", "/v1beta/models/up/m:generateContent", "/admin/keys", "/v1/none"])
                {
                    await SendAsync(gateway, "POST", path, Chat("up/m"), (header, before + value));
                }
            }
        }

        foreach (var key in keys)
        {
            await SendAsync(gateway, "POST", $"/v1beta/models/up/m:generateContent?key={key}x", """{"contents":[]}""");
            await SendAsync(gateway, "POST", $"/v1beta/models/up/m:generateContent?key={key}", """{"contents":[]}""");
            await SendAsync(gateway, "GET", $"/v1/models?api_key={key}", null);
        }
    }

    // The key where other things belong, sent by who has it.
    private async Task MisaddressAsync(ServedGateway gateway, string key)
    {
        var caller = ("Authorization", $"Bearer {key}");
        await SendAsync(gateway, "POST", "/v1/chat/completions", $$"""{"model":"up/m","messages":[{"role":"user","content":"{{key}}"}],"metadata":{"k":"{{key}}"},"user":"{{key}}","temperature":"{{key}}"}""", caller);
        await SendAsync(gateway, "POST", "/v1/chat/completions", $$"""{"model":"up/m","messages":[{"role":"{{key}}","content":7}],"n":"{{key}}" """, caller);
        await SendAsync(gateway, "POST", "/v1/chat/completions", Chat(key), caller);
        await SendAsync(gateway, "POST", "/v1/chat/completions", Chat($"up/{key}"), caller);
        await SendAsync(gateway, "POST", $"/v1/{key}", Chat("up/m"), caller);
        await SendAsync(gateway, "POST", "/v1/chat/completions", Chat("up/m"), caller, ("x-switchboard-tags", key), ("x-request-id", key));
        await SendAsync(gateway, "POST", "/v1/chat/completions", Chat("up/m"), caller, ("x-switchboard-provider", key));
        await SendAsync(gateway, "GET", $"/v1/files/{key}", null, caller, ("x-switchboard-provider", "up"));
    }

    private async Task OpenSocketsAsync(ServedGateway gateway, string key)
    {
        foreach (var sent in (string[])[key, key + "x"])
        {
            using var socket = new ClientWebSocket();
            socket.Options.AddSubProtocol("realtime");
            socket.Options.AddSubProtocol($"openai-insecure-api-key.{sent}");
            socket.Options.CollectHttpResponseDetails = true;
            try
            {
                await socket.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/v1/realtime?model=up/m"), Token);
            }
            catch (WebSocketException)
            {
                // The upstream has no websockets.
            }

            _seen.Add("answer to a websocket", string.Join('\n', socket.HttpResponseHeaders?.Select(header => $"{header.Key}: {string.Join(", ", header.Value)}") ?? []));
        }
    }

    private async Task LookAroundAsync(ServedGateway gateway)
    {
        foreach (var path in (string[])["/", "/health", "/live", "/ready", "/openapi.json", "/docs", "/console/", "/admin/keys", "/admin/projects", "/admin/secrets", "/admin/audit?limit=1000", "/admin/usage", "/admin/usage/rows?limit=1000", "/admin/usage/rows?format=csv", "/v1/models"])
        {
            Assert.Equal(200, await SendAsync(gateway, "GET", path, null, ("Authorization", $"Bearer {_planted["master key"]}")));
        }
    }

    private async Task<int> SendAsync(ServedGateway gateway, string method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : ServedGateway.Body(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            request.RequestUri = new Uri(gateway.Address, path);
            using var answer = await _client.SendAsync(request, Token);
            return await _seen.AddAsync($"{method} {(path.Contains("sk-sb-", StringComparison.Ordinal) ? "that path" : path)} ({_echo})", answer);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException)
        {
            // A stream that broke off.
            _seen.Add($"answer to {method}", fault.ToString());
            return 0;
        }
    }

    /// <summary>The ledger's database while it is away.</summary>
    private sealed class LedgerAway : ILedgerRecords
    {
        public Task AppendAsync(Guid batch, IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<RecordsPage<UsageSums>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<long> SpentAsync(SpendingScope scope, DateOnly? from, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<IReadOnlyList<BucketSums>> SumBucketsAsync(BucketQuery query, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<RecordsPage<LedgerRow>> ListAsync(LedgerQuery query, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");
    }
}

public sealed class SqlitePlantedSecretsTests : PlantedSecretsTests
{
    private protected override Task<TestDatabase> CreateAsync() => Task.FromResult(TestDatabase.OnSqlite());
}

[Collection<OnPostgres>]
public sealed class PostgresPlantedSecretsTests(SharedPostgres shared) : PlantedSecretsTests
{
    private protected override Task<TestDatabase> CreateAsync() => TestDatabase.OnPostgresAsync(shared);
}
