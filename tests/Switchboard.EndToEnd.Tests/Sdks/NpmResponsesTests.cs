using System.Text.Json;
using Switchboard.EndToEnd.Tests.BuiltIn;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>The Responses API of the built-in model, which only has chat, with the npm packages <c>openai</c> and <c>ai</c>.</summary>
[Collection<OnBuiltInGateway>]
public sealed class NpmResponsesTests(BuiltInGateway gateway)
{
    [Fact]
    public async Task A_response_is_made_goes_on_is_read_and_deleted()
    {
        var seen = await RunAsync("create");

        Assert.All(seen.GetProperty("texts").EnumerateArray(), text => Assert.Matches(@"^\S", text.GetString()));
        Assert.True(seen.GetProperty("previous").GetBoolean());
        Assert.True(seen.GetProperty("same").GetBoolean());
        Assert.Equal(["user", "assistant", "user"], seen.GetProperty("items").EnumerateArray().Select(role => role.GetString()));
        Assert.Equal(404, seen.GetProperty("gone").GetInt32());
    }

    [Fact]
    public async Task The_helper_puts_a_stream_together()
    {
        var seen = await RunAsync("stream");

        Assert.Equal("completed", seen.GetProperty("status").GetString());
        Assert.Matches(@"^\S", seen.GetProperty("text").GetString());
        Assert.Equal(seen.GetProperty("text").GetString(), seen.GetProperty("deltas").GetString());
        Assert.Equal("response.created", seen.GetProperty("types")[0].GetString());
        Assert.Equal("response.completed", seen.GetProperty("types").EnumerateArray().Last().GetString());
        Assert.True(seen.GetProperty("usage").GetProperty("output_tokens").GetInt32() > 0);
    }

    [Fact]
    public async Task A_conversation_is_kept()
    {
        var seen = await RunAsync("conversation");

        Assert.Equal(["user", "assistant", "user", "assistant"], seen.GetProperty("items").EnumerateArray().Select(role => role.GetString()));
    }

    [Theory]
    [InlineData("aiText")]
    [InlineData("aiStream")]
    public async Task The_AI_SDK_reads_it(string scenario)
    {
        var seen = await RunAsync(scenario);

        Assert.False(seen.TryGetProperty("error", out var error), error.ToString());
        Assert.Matches(@"^\S", seen.GetProperty("text").GetString());
        Assert.Equal("stop", seen.GetProperty("finishReason").GetString());
    }

    private Task<JsonElement> RunAsync(string scenario) =>
        NodeScript.RunAsync(scenario, new { baseURL = gateway.BaseUrl, model = BuiltInGateway.ChatModel }, "responses.mjs");
}
