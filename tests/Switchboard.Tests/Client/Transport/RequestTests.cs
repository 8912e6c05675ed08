using System.Text.Json;
using Switchboard.Client;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Operations;
using Switchboard.Testing.Misbehaviours;

namespace Switchboard.Tests.Client.Transport;

/// <summary>What goes out: keys, headers, query, body, and what a call may change.</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task SendsKeyOrganizationAndProject()
    {
        await using var test = ClientUnderTest.Start(options => (options.Organization, options.Project) = ("org-1", "proj-1"));

        await test.ChatAsync();

        var request = Assert.Single(test.Upstream.Requests);
        Assert.Equal("Bearer sk-secret-key", request.Header("Authorization"));
        Assert.Equal(("org-1", "proj-1"), (request.Header("OpenAI-Organization"), request.Header("OpenAI-Project")));
        Assert.Equal("application/json", request.Header("Content-Type"));
        Assert.StartsWith("Switchboard.Client/", request.Header("User-Agent"), StringComparison.Ordinal);
        Assert.False(request.Json.TryGetProperty("stream", out _));
    }

    [Fact]
    public async Task AsksTheProviderForEachAttempt()
    {
        var count = 0;
        await using var test = ClientUnderTest.Start(options => options.ApiKeyProvider = async _ =>
        {
            await Task.Yield();
            return $"sk-{++count}";
        });
        test.Upstream.Misbehave(Misbehaviour.ServerError, times: 1);

        await test.ChatAsync();

        Assert.Equal(["Bearer sk-1", "Bearer sk-2"], test.Upstream.Requests.Select(request => request.Header("Authorization")));
    }

    [Fact]
    public async Task AProviderThatFailsIsNamed()
    {
        await using var test = ClientUnderTest.Start(options => options.ApiKeyProvider = _ => throw new InvalidOperationException("The vault is shut."));

        var fault = await Assert.ThrowsAsync<ApiConfigurationException>(() => test.ChatAsync());

        Assert.Contains("The vault is shut.", fault.Message, StringComparison.Ordinal);
        Assert.Empty(test.Upstream.Requests);
    }

    [Fact]
    public async Task TheAdministratorsKeyIsForItsOperationsAlone()
    {
        await using var test = ClientUnderTest.Start(options => options.AdminApiKey = "sk-admin");
        test.Upstream.Reply(200, "{}");

        await test.Client.Transport.SendAsync(new ApiRequest(OpenAIOperations.ListProjects, "/organization/projects", null), TestContext.Current.CancellationToken);
        await test.ChatAsync();

        Assert.Equal(["Bearer sk-admin", "Bearer sk-secret-key"], test.Upstream.Requests.Select(request => request.Header("Authorization")));
    }

    [Fact]
    public async Task WithoutAKeyNothingIsSentToOpenAI()
    {
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ReadsEnvironment = false });

        var fault = await Assert.ThrowsAsync<ApiConfigurationException>(() => client.Transport.SendAsync(new ApiRequest(OpenAIOperations.ListModels, "/models", null), TestContext.Current.CancellationToken));

        Assert.Contains("OPENAI_API_KEY", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherServersNeedNoKey()
    {
        await using var test = ClientUnderTest.Start(options => options.ApiKey = null);

        await test.ChatAsync();

        Assert.Null(Assert.Single(test.Upstream.Requests).Header("Authorization"));
    }

    [Fact]
    public async Task ACallMaySetAddAndRemoveHeaders()
    {
        await using var test = ClientUnderTest.Start(options =>
        {
            options.Headers["X-Team"] = "blue";
            options.Headers["X-Gone"] = "here";
        });

        await test.ChatAsync(new CallOptions
        {
            Headers = new Dictionary<string, string?> { ["x-team"] = "red", ["x-gone"] = null, ["User-Agent"] = null, ["Content-Type"] = "application/json; charset=utf-8" },
            AddedHeaders = [new("X-Team", "green")],
        });

        var request = Assert.Single(test.Upstream.Requests);
        Assert.Equal(["red", "green"], request.Headers.Where(header => header.Key.Equals("x-team", StringComparison.OrdinalIgnoreCase)).SelectMany(header => header.Value.Split(", ")));
        Assert.Null(request.Header("X-Gone"));
        Assert.Null(request.Header("User-Agent"));
        Assert.Equal("application/json; charset=utf-8", request.Header("Content-Type"));
    }

    [Fact]
    public async Task AHeaderCannotSmuggleAnother()
    {
        await using var test = ClientUnderTest.Start();

        await Assert.ThrowsAsync<ArgumentException>(() => test.ChatAsync(new CallOptions { Headers = new Dictionary<string, string?> { ["X-A"] = "a\r\nX-B: b" } }));

        Assert.Empty(test.Upstream.Requests);
    }

    [Fact]
    public async Task ACallMayChangePathQueryAndBody()
    {
        await using var test = ClientUnderTest.Start(options => options.Query["tenant"] = "a b");
        test.Upstream.Reply(200, "{}");

        await test.ChatAsync(new CallOptions
        {
            Path = "/chat/other",
            Query = [new("tag", "x&y"), new("tag", "z")],
            ExtraBody = new Dictionary<string, RawJson> { ["model"] = RawJson.Parse("\"mine\""), ["reasoning"] = RawJson.Parse("""{"effort":"none"}""") },
        });

        var request = Assert.Single(test.Upstream.Requests);
        Assert.Equal("/v1/chat/other", request.Path);
        Assert.Equal("?tenant=a%20b&tag=x%26y&tag=z", request.Query);
        Assert.Equal("mine", request.Json.GetProperty("model").GetString());
        Assert.Equal("none", request.Json.GetProperty("reasoning").GetProperty("effort").GetString());
        Assert.Equal(3, request.Json.EnumerateObject().Count());
    }

    [Fact]
    public async Task AStreamAsksForOne()
    {
        await using var test = ClientUnderTest.Start();

        await test.Stream(new CallOptions { ExtraBody = new Dictionary<string, RawJson> { ["stream"] = RawJson.Parse("false") } }).ToListAsync(TestContext.Current.CancellationToken);

        var request = Assert.Single(test.Upstream.Requests);
        Assert.True(request.Json.GetProperty("stream").GetBoolean());
        Assert.Equal("text/event-stream", request.Header("Accept"));
    }

    [Theory]
    [InlineData("/files/{0}", "a/b?c#d e", "/v1/files/a%2Fb%3Fc%23d%20e")]
    [InlineData("/files/{0}", "ü", "/v1/files/%C3%BC")]
    public void IdsAreOneSegment(string shape, string id, string path) =>
        Assert.Equal(path, "/v1" + (shape.Length > 0 ? ApiPath.Of($"/files/{id:fileId}") : ""));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("..")]
    public void AnEmptyIdIsRefusedByName(string? id)
    {
        var fault = Assert.ThrowsAny<ArgumentException>(() => ApiPath.Of($"/files/{id:fileId}"));

        Assert.Equal("fileId", fault.ParamName);
    }

    [Fact]
    public async Task TheResultTellsHowItCame()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(
            200,
            """{"id":"c","choices":[],"created":1,"model":"m","object":"chat.completion"}""",
            ("x-request-id", "req_7"),
            ("x-ratelimit-limit-requests", "500"),
            ("x-ratelimit-remaining-requests", "499"),
            ("x-ratelimit-reset-requests", "120ms"),
            ("x-ratelimit-reset-tokens", "6m1.5s"));

        var result = await test.ChatAsync();
        Switchboard.Protocol.Chat.ChatCompletion value = result;

        Assert.Equal("c", value.Id);
        Assert.Equal((200, "req_7", 0), (result.Status, result.RequestId, result.Retries));
        Assert.Equal((500L, 499L, null), (result.RateLimits.LimitRequests, result.RateLimits.RemainingRequests, result.RateLimits.LimitTokens));
        Assert.Equal(TimeSpan.FromMilliseconds(120), result.RateLimits.ResetRequests);
        Assert.Equal(TimeSpan.FromSeconds(361.5), result.RateLimits.ResetTokens);
        Assert.Contains(result.Headers, header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase));
        Assert.True(result.Duration > TimeSpan.Zero);
    }

    [Theory]
    [InlineData("1s", 1000)]
    [InlineData("20ms", 20)]
    [InlineData("1h2m3.5s", 3_723_500)]
    [InlineData("2", 2000)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData("1s2", null)]
    public void SpansAreRead(string text, int? milliseconds) => Assert.Equal(milliseconds, (int?)RateLimits.ParseSpan(text)?.TotalMilliseconds);

    [Theory]
    [InlineData("""{"model":"a"}""", """{"model":"b","x":1}""")]
    [InlineData("{}", """{"model":"b","x":1}""")]
    [InlineData("""{"model":{"model":[1]},"y":"\"}"}""", """{"y":"\"}","model":"b","x":1}""")]
    [InlineData("""{"x":null, "z" : [ {"x":2} ] ,"x2":3}""", """{"z" : [ {"x":2} ],"x2":3,"model":"b","x":1}""")]
    public void MembersAreReplacedOrAdded(string json, string expected)
    {
        using var output = new PooledBuffer();
        JsonMembers.Merge(System.Text.Encoding.UTF8.GetBytes(json), [new("model", RawJson.Parse("\"b\"")), new("x", RawJson.Parse("1"))], output);

        var text = System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.Equal(expected, text);
        using var document = JsonDocument.Parse(text);
    }

    [Fact]
    public async Task ConnectionsAreUsedAgainAfterAnswersAndStreams()
    {
        await using var test = ClientUnderTest.Start();

        for (var i = 0; i < 3; i++)
        {
            await test.ChatAsync();
            await test.Stream().ToListAsync(TestContext.Current.CancellationToken);
        }

        Assert.InRange(test.Upstream.Connections, 1, 2);
    }

    [Fact]
    public async Task WithOptionsMakesAnotherClientOnTheSameConnections()
    {
        await using var test = ClientUnderTest.Start();
        await test.ChatAsync();

        using var other = test.Client.WithOptions(options => options with { ApiKey = "sk-other" });
        await other.Transport.SendAsync(new ApiRequest(OpenAIOperations.ListModels, "/models", null), TestContext.Current.CancellationToken);

        Assert.Equal("Bearer sk-other", test.Upstream.Requests[^1].Header("Authorization"));
        Assert.Equal(1, test.Upstream.Connections);
    }
}
