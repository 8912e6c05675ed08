using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.State;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Access;

public sealed class AdminTests
{
    [Fact]
    public async Task A_key_is_shown_once_and_holds_at_once()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (id, key) = await gateway.CreateKeyAsync(""","metadata":{"owner":"me"},"limits":{"requests_per_minute":5}""");
        var (status, json) = await gateway.AdminAsync("GET", $"/keys/{id}");

        Assert.Matches("^sk-sb-[0-9A-Za-z]{43}$", key);
        Assert.Equal(200, status);
        Assert.Equal((key[..10], key[^4..], 5), (json.GetProperty("key_head").GetString(), json.GetProperty("key_tail").GetString(), json.GetProperty("limits").GetProperty("requests_per_minute").GetInt32()));
        Assert.False(json.TryGetProperty("key", out _));
        Assert.DoesNotContain(key, json.ToString(), StringComparison.Ordinal);
        Assert.Equal(200, await gateway.ChatAsync(key));
    }

    [Fact]
    public async Task A_key_is_changed_rotated_and_deleted()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (id, key) = await gateway.CreateKeyAsync();

        Assert.Equal(200, (await gateway.AdminAsync("PATCH", $"/keys/{id}", """{"disabled":true}""")).Status);
        Assert.Equal(403, await gateway.ChatAsync(key));
        Assert.Equal(200, (await gateway.AdminAsync("POST", $"/keys/{id}", """{"disabled":false,"name":"other"}""")).Status);
        Assert.Equal(200, await gateway.ChatAsync(key));

        var (_, rotated) = await gateway.AdminAsync("POST", $"/keys/{id}/rotate", """{"grace_seconds":3600}""");
        var second = rotated.GetProperty("key").GetString();
        Assert.Equal((200, 200), (await gateway.ChatAsync(key), await gateway.ChatAsync(second)));
        var (status, error) = await gateway.AdminAsync("POST", $"/keys/{id}/rotate", """{"grace_seconds":1}""");
        Assert.Equal((409, "rotation_in_progress"), (status, error.GetProperty("error").GetProperty("code").GetString()));

        var third = (await gateway.AdminAsync("POST", $"/keys/{id}/rotate")).Json.GetProperty("key").GetString();
        Assert.Equal((401, 401, 200), (await gateway.ChatAsync(key), await gateway.ChatAsync(second), await gateway.ChatAsync(third)));

        Assert.Equal(200, (await gateway.AdminAsync("DELETE", $"/keys/{id}")).Status);
        Assert.Equal(401, await gateway.ChatAsync(third));
        Assert.Equal(404, (await gateway.AdminAsync("GET", $"/keys/{id}")).Status);
        Assert.Equal(404, (await gateway.AdminAsync("POST", $"/keys/{id}/rotate")).Status);
    }

    [Fact]
    public async Task Teams_and_projects_hold_for_the_keys_in_them()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var team = (await gateway.AdminAsync("POST", "/teams", """{"name":"T"}""")).Json.GetProperty("id").GetString();
        var project = (await gateway.AdminAsync("POST", "/projects", $$"""{"name":"P","team_id":"{{team}}"}""")).Json.GetProperty("id").GetString();
        var (id, key) = await gateway.CreateKeyAsync($$""","project_id":"{{project}}" """);

        Assert.Equal(200, await gateway.ChatAsync(key));
        await gateway.AdminAsync("PATCH", $"/teams/{team}", """{"allowed_models":["theirs"]}""");
        Assert.Equal((403, 200), (await gateway.ChatAsync(key), await gateway.ChatAsync(key, "theirs")));
        await gateway.AdminAsync("PATCH", $"/projects/{project}", """{"disabled":true}""");
        Assert.Equal(403, await gateway.ChatAsync(key, "theirs"));

        Assert.Equal([id], await IdsAsync(gateway, $"/keys?project_id={project}"));
        Assert.Equal([project!], await IdsAsync(gateway, $"/projects?team_id={team}"));
        await gateway.AdminAsync("DELETE", $"/teams/{team}");
        Assert.Equal(401, await gateway.ChatAsync(key));
        Assert.Empty(await IdsAsync(gateway, "/keys"));
    }

    [Fact]
    public async Task What_a_key_used_is_told_to_administrators()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var project = (await gateway.AdminAsync("POST", "/projects", """{"name":"P"}""")).Json.GetProperty("id").GetString();
        var (id, key) = await gateway.CreateKeyAsync($$""","project_id":"{{project}}" """);
        await gateway.ChatAsync(key);
        await gateway.ChatAsync(key, "none");
        await gateway.ChatAsync(GuardedGateway.Master);

        var rows = await UsageAsync(gateway, "/usage/rows?limit=10", 3);
        var sums = await UsageAsync(gateway, $"/usage?key={id}&group_by=project,key", 1);

        Assert.Equal([id, id, Caller.MasterKeyId], rows.Select(row => row.GetProperty("key").GetString()));
        Assert.Equal([project, project, null], rows.Select(row => row.GetProperty("project").GetString()));
        Assert.Equal((2, 1, project), (sums[0].GetProperty("requests").GetInt32(), sums[0].GetProperty("failed").GetInt32(), sums[0].GetProperty("project").GetString()));
        Assert.Equal(403, (await gateway.AdminAsync("GET", "/usage", key: key)).Status);
        Assert.Equal(403, (await gateway.AdminAsync("GET", "/usage/rows?format=csv", key: key)).Status);
    }

    [Theory]
    [InlineData("""{}""", "name", "invalid_value")]
    [InlineData("""{"name":" "}""", "name", "invalid_value")]
    [InlineData("""{"name":"x","modells":["a"]}""", "modells", "unknown_parameter")]
    [InlineData("""{"name":"x","team_id":"t"}""", "team_id", "unknown_parameter")]
    [InlineData("""{"name":"x","hash":"00"}""", "hash", "unknown_parameter")]
    [InlineData("""{"name":"x","limits":{"rpm":1}}""", "limits.rpm", "unknown_parameter")]
    [InlineData("""{"name":"x","limits":{"requests_per_day":-1}}""", "limits.requests_per_day", "invalid_value")]
    [InlineData("""{"name":"x","allowed_models":"gpt"}""", "allowed_models", "invalid_value")]
    [InlineData("""{"name":"x","allowed_addresses":["10.0.0.0/99"]}""", "allowed_addresses", "invalid_value")]
    [InlineData("""{"name":"x","allowed_addresses":["10.0.0.1/8"]}""", "allowed_addresses", "invalid_value")]
    [InlineData("""{"name":"x","expires_at":"soon"}""", "expires_at", "invalid_value")]
    [InlineData("""{"name":"x","budgets":[{"period":"week","amount":1e-9}]}""", "budgets.period", "invalid_value")]
    [InlineData("""{"name":"x","budgets":[{"period":"day"}]}""", "budgets.amount", "invalid_value")]
    [InlineData("""{"name":"x","project_id":"project_none"}""", "project_id", "invalid_value")]
    [InlineData("""{"name":"x","name":"y"}""", null, "invalid_json")]
    [InlineData("""{"name":"\ud800"}""", null, "invalid_json")]
    [InlineData("""{"name":"x","\ud800":1}""", null, "invalid_json")]
    [InlineData("""{"name":"x","metadata":{"a\udc00":"b"}}""", null, "invalid_json")]
    [InlineData("""{"name":"a\u0000b"}""", "name", "invalid_value")]
    [InlineData("""{"name":"a\nb"}""", "name", "invalid_value")]
    [InlineData("""{"name":"x","metadata":{"a":"\u001b[2J"}}""", "metadata.a", "invalid_value")]
    [InlineData("""[]""", null, "invalid_json")]
    [InlineData("""{""", null, "invalid_json")]
    public async Task What_is_wrong_is_refused_with_its_name(string body, string? param, string code)
    {
        await using var gateway = await GuardedGateway.StartAsync();

        var (status, json) = await gateway.AdminAsync("POST", "/keys", body);
        var error = json.GetProperty("error");

        Assert.Equal((400, param, code), (status, error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
        Assert.Empty(await IdsAsync(gateway, "/keys"));
    }

    [Theory]
    [InlineData("POST", "/keys")]
    [InlineData("PUT", "/secrets/up")]
    [InlineData("POST", "/cache/flush")]
    public async Task A_body_that_is_no_text_or_compressed_is_the_callers_fault(string method, string path)
    {
        await using var gateway = await GuardedGateway.StartAsync();
        byte[] body = [.. "{\"name\":\""u8, 0xFF, .. "\"}"u8];

        Assert.Equal((400, "invalid_json"), await SendAsync(body, null));
        Assert.Equal((415, "unsupported_media_type"), await SendAsync("{}"u8.ToArray(), "gzip"));

        async Task<(int, string?)> SendAsync(byte[] bytes, string? encoding)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/admin" + path) { Content = new ByteArrayContent(bytes) };
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {GuardedGateway.Master}");
            request.Content.Headers.ContentType = new("application/json");
            if (encoding is not null)
            {
                request.Content.Headers.ContentEncoding.Add(encoding);
            }

            using var answer = await gateway.Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var error = await ErrorAnswer.ReadAsync(answer);
            return (error.Status, error.Code);
        }
    }

    [Theory]
    [InlineData("/keys?limit=1&limit=2", "limit")]
    [InlineData("/keys?project_id=a&project_id=b", "project_id")]
    [InlineData("/audit?actor=a&actor=b", "actor")]
    [InlineData("/budgets?order=asc&order=desc", "order")]
    public async Task A_parameter_that_is_given_twice_is_refused(string path, string param)
    {
        await using var gateway = await GuardedGateway.StartAsync();

        var (status, json) = await gateway.AdminAsync("GET", path);

        Assert.Equal((400, param, "duplicate_parameter"), (status, json.GetProperty("error").GetProperty("param").GetString(), json.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await gateway.CreateKeyAsync()).Id);
        }

        var (_, first) = await gateway.AdminAsync("GET", "/keys?limit=2");
        Assert.Equal((true, ids[1], "list"), (first.GetProperty("has_more").GetBoolean(), first.GetProperty("last_id").GetString(), first.GetProperty("object").GetString()));
        Assert.Equal([ids[2]], await IdsAsync(gateway, $"/keys?limit=2&after={ids[1]}"));
        Assert.Equal([ids[2]], await IdsAsync(gateway, "/keys?limit=1&order=desc"));
        Assert.Equal(400, (await gateway.AdminAsync("GET", "/keys?limit=0")).Status);
        Assert.Equal(400, (await gateway.AdminAsync("GET", "/keys?order=up")).Status);
    }

    [Fact]
    public async Task Keys_of_administrators_administer_and_others_do_not()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (id, administrator) = await gateway.CreateKeyAsync(""","administrator":true""");
        var (_, other) = await gateway.CreateKeyAsync();

        Assert.Equal(403, (await gateway.AdminAsync("GET", "/keys", key: other)).Status);
        Assert.Equal(200, (await gateway.AdminAsync("POST", "/teams", """{"name":"T"}""", administrator)).Status);

        var (_, log) = await gateway.AdminAsync("GET", "/audit?limit=1");
        var line = Assert.Single(log.GetProperty("data").EnumerateArray());
        Assert.Equal((id, "team.create"), (line.GetProperty("actor").GetString(), line.GetProperty("action").GetString()));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("before").ValueKind);
        Assert.Equal("T", line.GetProperty("after").GetProperty("name").GetString());
        Assert.Equal(2, (await IdsAsync(gateway, "/audit?actor=master")).Length);
        Assert.Single(await IdsAsync(gateway, $"/audit?target={id}"));
    }

    [Fact]
    public async Task While_the_database_is_away_administrators_are_told_and_keys_hold()
    {
        var records = new InterceptedRecords();
        await using var gateway = await GuardedGateway.StartAsync(services: services => services.AddSingleton<IAccessRecords>(records.Over));
        var (_, key) = await gateway.CreateKeyAsync();
        records.IsAway = true;

        using var answer = await gateway.SendAsync("GET", "/admin/keys", null, ("Authorization", $"Bearer {GuardedGateway.Master}"));
        var error = await ErrorAnswer.ReadAsync(answer);

        Assert.Equal((503, "records_unavailable"), (error.Status, error.Code));
        Assert.Equal("2", answer.Headers.RetryAfter?.ToString());
        Assert.Equal(200, await gateway.ChatAsync(key));
    }

    [Fact]
    public async Task Of_two_rotations_at_once_the_second_is_refused_and_the_first_key_is_not_lost()
    {
        var records = new InterceptedRecords();
        await using var gateway = await GuardedGateway.StartAsync(services: services => services.AddSingleton<IAccessRecords>(records.Over));
        var (id, key) = await gateway.CreateKeyAsync();
        var first = "";
        records.BeforeChange = async () =>
        {
            // The other one comes between the reading and the change.
            records.BeforeChange = null;
            first = (await gateway.AdminAsync("POST", $"/keys/{id}/rotate", """{"grace_seconds":3600}""")).Json.GetProperty("key").GetString();
        };

        var (status, json) = await gateway.AdminAsync("POST", $"/keys/{id}/rotate", """{"grace_seconds":3600}""");

        Assert.Equal((409, "rotation_in_progress"), (status, json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal((200, 200), (await gateway.ChatAsync(key), await gateway.ChatAsync(first)));
    }

    private static async Task<string[]> IdsAsync(GuardedGateway gateway, string path)
    {
        var (status, json) = await gateway.AdminAsync("GET", path);
        Assert.True(status == 200, json.ToString());
        return [.. json.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
    }

    // The rows are written behind the answers.
    private static async Task<JsonElement[]> UsageAsync(GuardedGateway gateway, string path, int count)
    {
        var (status, json) = await Poll.ForAsync(
            () => gateway.AdminAsync("GET", path), answer => answer.Status != 200 || answer.Json.GetProperty("data").GetArrayLength() >= count, $"{count} rows", TestContext.Current.CancellationToken);
        Assert.Equal(200, status);
        return [.. json.GetProperty("data").EnumerateArray()];
    }
}
