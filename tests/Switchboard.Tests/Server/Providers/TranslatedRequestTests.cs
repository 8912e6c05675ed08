using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Server.Providers;

/// <summary>What holds of every provider whose dialect is another, over real sockets.</summary>
public sealed class TranslatedRequestTests
{
    /// <summary>The providers that chat is translated for.</summary>
    public static TheoryData<string> Dialects => ["anthropic", "bedrock", "cohere", "gemini", "mistral", "ollama"];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Names_of_participants_are_told_as_left_out(string type)
    {
        await using var gateway = await StartAsync(type);

        using var response = await gateway.SendAsync("""{"model":"up/m","max_tokens":9,"messages":[{"role":"system","name":"host","content":"Be brief."},{"role":"user","name":"ada","content":"Hi"},{"role":"user","name":"bob","content":"Ho"}]}""");

        Assert.DoesNotContain("ada", Assert.Single(gateway.Upstream.Requests).BodyText, StringComparison.Ordinal);
        Assert.Equal("messages[].name", Assert.Single(response.Headers.GetValues("x-switchboard-dropped")));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Names_of_participants_are_refused_where_that_is_asked_for(string type)
    {
        await using var gateway = await StartAsync(type, settings => settings with { Unsupported = UnsupportedHandling.Refuse });

        using var response = await gateway.SendAsync("""{"model":"up/m","max_tokens":9,"messages":[{"role":"user","name":"ada","content":"Hi"}]}""");

        Assert.Equal("messages[].name", (await ErrorAnswer.ReadAsync(response)).Param);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_name_that_says_nothing_and_one_of_a_tool_are_not_missed()
    {
        await using var gateway = await StartAsync("anthropic");

        using var response = await gateway.SendAsync("""{"model":"up/m","max_tokens":9,"messages":[{"role":"user","name":"","content":"Hi"},{"role":"assistant","name":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","name":"f","content":"1"}]}""");

        Assert.False(response.Headers.Contains("x-switchboard-dropped"));
        Assert.Single(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task However_much_is_left_out_the_head_stays_small()
    {
        await using var gateway = await StartAsync("anthropic");

        using var response = await gateway.SendAsync($$"""{"model":"up/m","max_tokens":9,{{string.Concat(Enumerable.Range(0, 100).Select(i => $"\"own{i}\":1,"))}}"messages":[{"role":"user","content":"Hi"}]}""");

        var told = Assert.Single(response.Headers.GetValues("x-switchboard-dropped"));
        Assert.EndsWith(", own63, +36", told, StringComparison.Ordinal);
    }

    private static async Task<RelayedGateway> StartAsync(string type, Func<ProviderSettings, ProviderSettings>? settings = null)
    {
        var gateway = await RelayedGateway.StartAsync(up => (settings ?? (same => same))(up with
        {
            Type = type,
            ApiKey = type == "bedrock" ? null : new Secret("key"),
            Region = type == "bedrock" ? "eu-central-1" : null,
            AccessKeyId = type == "bedrock" ? new Secret("id") : null,
            SecretAccessKey = type == "bedrock" ? new Secret("secret") : null,
        }));
        gateway.Upstream.Reply(400, """{"message":"No."}""");
        return gateway;
    }
}
