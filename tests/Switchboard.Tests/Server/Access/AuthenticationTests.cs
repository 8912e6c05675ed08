using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Tests.Server.Abuse;

namespace Switchboard.Tests.Server.Access;

public sealed class AuthenticationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_without_a_key_is_refused_in_the_shape_of_OpenAI()
    {
        await using var gateway = await GuardedGateway.StartAsync();

        using var answer = await gateway.SendAsync("POST", "/v1/chat/completions", GuardedGateway.Chat());
        var error = await ErrorAnswer.ReadAsync(answer);

        Assert.Equal((401, "invalid_request_error", "invalid_api_key"), (error.Status, error.Type, error.Code));
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal(401, await gateway.ChatAsync("sk-sb-unknown"));
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task The_body_is_not_asked_for()
    {
        await using var gateway = await GuardedGateway.StartAsync();

        var answer = await RawConnection.ExchangeAsync(
            gateway.Gateway.Address,
            "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/messages", "authentication_error")]
    [InlineData("/v1beta/models/mine:generateContent", "UNAUTHENTICATED")]
    public async Task The_callers_dialect_shapes_the_refusal(string path, string expected)
    {
        await using var gateway = await GuardedGateway.StartAsync();

        using var answer = await gateway.SendAsync("POST", path, "{}");
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("error");

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Contains(expected, new[] { Member(error, "type"), Member(error, "status") });
    }

    [Theory]
    [InlineData("Authorization", "Bearer KEY", "")]
    [InlineData("Authorization", "bearer KEY", "")]
    [InlineData("api-key", "KEY", "")]
    [InlineData("x-api-key", "KEY", "")]
    [InlineData("x-goog-api-key", "KEY", "")]
    [InlineData("x-none", "", "?key=KEY")]
    public async Task A_key_is_taken_as_each_dialect_sends_it_and_goes_no_further(string header, string value, string query)
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync();
        var path = query.Length > 0 || header == "x-goog-api-key" ? "/v1beta/models/mine:generateContent" + query.Replace("KEY", key, StringComparison.Ordinal) : "/v1/chat/completions";
        var body = path[3] == 'b' ? """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""" : GuardedGateway.Chat();

        using var answer = await gateway.SendAsync("POST", path, body, (header, value.Replace("KEY", key, StringComparison.Ordinal)));

        Assert.Equal(200, (int)answer.StatusCode);
        var sent = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal("Bearer sk-of-the-provider", sent.Header("Authorization"));
        Assert.DoesNotContain(key, sent.Path + sent.Query + sent.BodyText + string.Join(' ', sent.Headers.Select(one => one.Value)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_in_the_query_counts_only_where_Google_has_it()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync();

        using var answer = await gateway.SendAsync("POST", $"/v1/chat/completions?key={key}", GuardedGateway.Chat());

        Assert.Equal(401, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("/health", 200)]
    [InlineData("/live", 200)]
    [InlineData("/ready", 200)]
    [InlineData("/openapi.json", 200)]
    [InlineData("/docs/index.html", 200)]
    [InlineData("/v1/models", 401)]
    [InlineData("/v1/files", 401)]
    [InlineData("/v1/realtime", 401)]
    [InlineData("/v1/nothing", 401)]
    [InlineData("/admin/keys", 401)]
    public async Task Health_and_pages_are_everybodys_and_nothing_else(string path, int expected)
    {
        await using var gateway = await GuardedGateway.StartAsync();

        using var answer = await gateway.SendAsync("GET", path);

        Assert.Equal(expected, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_root_names_models_only_to_who_may_ask_for_them()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync(""","allowed_models":["theirs"]""");

        Assert.Empty(await RootAsync(gateway, null));
        Assert.Equal("theirs", Assert.Single(await RootAsync(gateway, key)));
    }

    [Theory]
    [InlineData(true, "Bearer $KEY", "any key will do")]
    [InlineData(false, "any key will do", "Bearer $KEY")]
    public async Task The_page_tells_whether_a_key_is_needed(bool asksForKeys, string says, string saysNot)
    {
        await using var gateway = await GuardedGateway.StartAsync(master: asksForKeys ? GuardedGateway.Master : null);

        using var answer = await gateway.SendAsync("GET", "/", null, ("Accept", "text/html"));
        var page = await answer.Content.ReadAsStringAsync(Token);

        Assert.Contains(says, page, StringComparison.Ordinal);
        Assert.DoesNotContain(saysNot, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_was_kept_any_bearer_is_taken_but_nobody_administers()
    {
        await using var gateway = await GuardedGateway.StartAsync(master: null);

        Assert.Equal(200, await gateway.ChatAsync(null));
        Assert.Equal(200, await gateway.ChatAsync("anything"));
        Assert.Equal(403, (await gateway.AdminAsync("GET", "/keys")).Status);
    }

    [Fact]
    public async Task Until_the_keys_were_read_once_nobody_is_turned_away_for_good_and_no_request_is_sent_here()
    {
        var records = new InterceptedRecords { IsAway = true };
        await using var gateway = await GuardedGateway.StartAsync(master: null, services: services => services.AddSingleton<IAccessRecords>(records.Over));

        Assert.Equal((503, 503), (await gateway.ChatAsync(null), await gateway.ChatAsync("anything")));
        using var ready = await gateway.SendAsync("GET", "/ready");
        using var live = await gateway.SendAsync("GET", "/live");
        Assert.Equal((503, "1", 200), ((int)ready.StatusCode, ready.Headers.RetryAfter?.ToString(), (int)live.StatusCode));
        Assert.Contains("\"starting\"", await ready.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        records.IsAway = false;
        while (true)
        {
            using var again = await gateway.SendAsync("GET", "/ready");
            if (again.IsSuccessStatusCode)
            {
                break;
            }

            await Task.Delay(20, Token);
        }

        Assert.Equal(200, await gateway.ChatAsync(null));
    }

    [Fact]
    public async Task The_lists_of_all_dialects_show_what_is_allowed()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync(""","allowed_models":["mine","theirs"],"allowed_providers":["up"]""");
        foreach (var (path, header) in new[] { ("/v1/models", "x-none"), ("/v1/models", "anthropic-version"), ("/v1beta/models", "x-none") })
        {
            using var list = await gateway.SendAsync("GET", path, null, ("Authorization", $"Bearer {key}"), (header, "1"));
            var json = await list.Content.ReadFromJsonAsync<JsonElement>(Token);
            var models = json.TryGetProperty("data", out var data) ? data : json.GetProperty("models");
            Assert.Equal(["mine"], models.EnumerateArray().Select(model => Member(model, "id") ?? Member(model, "name")!.Replace("models/", "", StringComparison.Ordinal)));
        }

        using var one = await gateway.SendAsync("GET", "/v1/models/theirs", null, ("Authorization", $"Bearer {key}"));
        Assert.Equal(404, (int)one.StatusCode);
        Assert.Equal((200, 403, 403), (await gateway.ChatAsync(key), await gateway.ChatAsync(key, "theirs"), await gateway.ChatAsync(key, "up/gpt-4o-mini")));
    }

    [Fact]
    public async Task What_names_no_model_is_not_for_a_key_of_some_models()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync(""","allowed_models":["mine"]""");
        var (_, free) = await gateway.CreateKeyAsync();

        using var files = await gateway.SendAsync("GET", "/v1/files?provider=up", null, ("Authorization", $"Bearer {key}"));
        using var administration = await gateway.SendAsync("GET", "/v1/organization/users?provider=up", null, ("Authorization", $"Bearer {free}"));

        Assert.Equal("model_not_allowed", (await ErrorAnswer.ReadAsync(files)).Code);
        Assert.Equal("administrator_required", (await ErrorAnswer.ReadAsync(administration)).Code);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_model_behind_the_file_of_a_form_escapes_nothing()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync(""","allowed_models":["dall*"]""");
        using var form = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "image", "a.png" }, { new StringContent("theirs"), "model" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/variations") { Content = form };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        request.Headers.TryAddWithoutValidation("x-switchboard-provider", "up");

        using var answer = await gateway.Gateway.Client.SendAsync(request, Token);

        Assert.Equal("model_not_allowed", (await ErrorAnswer.ReadAsync(answer)).Code);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public void A_master_key_allows_other_machines_and_its_faults_do_not_show_it()
    {
        var beyond = new GatewayConfiguration { Server = new ServerSettings { Urls = "http://0.0.0.0:8000" } };

        Assert.Empty(ConfigurationRules.Check(beyond with { Access = new AccessSettings { MasterKey = new Secret(GuardedGateway.Master) } }));
        var fault = Assert.Single(ConfigurationRules.Check(new GatewayConfiguration { Access = new AccessSettings { MasterKey = new Secret("planted short") } }));
        Assert.Equal("access.master_key", fault.Path);
        Assert.DoesNotContain("planted", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<string[]> RootAsync(GuardedGateway gateway, string? key)
    {
        using var answer = await gateway.SendAsync("GET", "/", null, key is null ? ("x-none", "1") : ("Authorization", $"Bearer {key}"));
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        return [.. json.GetProperty("models").EnumerateArray().Select(model => model.GetString()!)];
    }

    private static string? Member(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
