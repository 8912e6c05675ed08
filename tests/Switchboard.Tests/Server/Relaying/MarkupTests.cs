using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Relaying;

/// <summary>A model that writes its reasoning and its calls as text, behind the real gateway.</summary>
public sealed class MarkupTests
{
    private const string Text = "<think>Paris, so weather.</think>\n\nLet me see.<tool_call>{\"name\": \"weather\", \"arguments\": {\"city\": \"Paris\"}}</tool_call>";
    private const string Tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}}]";

    private static readonly ChatFacts s_expected = new() { Content = "Let me see.", Reasoning = "Paris, so weather.", Tools = [ChatFacts.Tool("weather", """{"city":"Paris"}""")], Prompt = 3, Completion = 9, Finish = "tool_calls" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_answer_is_told_apart()
    {
        await using var relayed = await StartAsync();
        relayed.Upstream.Reply(200, $$$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":{{{JsonSerializer.Serialize(Text)}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":9,"total_tokens":12}}""");

        using var response = await relayed.SendAsync(Request(stream: false));
        var body = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(s_expected.DifferencesTo(OpenAIOracle.ReadWhole(body)));
    }

    [Fact]
    public async Task A_stream_is_told_apart_wherever_it_is_cut()
    {
        await using var relayed = await StartAsync();
        for (var size = 1; size < Text.Length; size += 3)
        {
            var chunks = Text.Chunk(size).Select(piece => Chunk(new JsonObject { ["content"] = new string(piece) }, null))
                .Prepend(Chunk(new JsonObject { ["role"] = "assistant", ["content"] = "" }, null))
                .Append(Chunk([], "stop"))
                .Append("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":9,\"total_tokens\":12}}\n\n")
                .Append(ServerSentEvents.Done);
            relayed.Upstream.ReplyStream(chunks);

            using var response = await relayed.SendAsync(Request(stream: true));
            var body = await response.Content.ReadAsStringAsync(Token);

            Assert.EndsWith(ServerSentEvents.Done, body, StringComparison.Ordinal);
            var data = body.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => line[6..]).ToArray();
            Assert.Empty(s_expected.DifferencesTo(OpenAIOracle.ReadStream(data)));
        }
    }

    [Fact]
    public async Task Events_of_several_lines_stay_events()
    {
        await using var relayed = await StartAsync();
        relayed.Upstream.ReplyStream([
            "data: {\"choices\":[{\"index\":0,\r\ndata:  \"delta\":{\"content\":\"<think>a</think>b\",\r\ndata:  \"odd\":{\r\ndata: }}}]}\r\n\r\n",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"c\"},\ndata: \"finish_reason\":\"stop\"}]}\n\n",
            ServerSentEvents.Done]);

        using var response = await relayed.SendAsync(Request(stream: true));
        var body = await response.Content.ReadAsStringAsync(Token);

        var events = body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[..^1].Select(told => string.Concat(told.Split('\n').Select(line => line.StartsWith("data: ", StringComparison.Ordinal) ? line[6..] : "?"))).ToArray();
        Assert.Equal(["a", null, null], events.Select(data => (string?)JsonNode.Parse(data)!["choices"]![0]!["delta"]!["reasoning_content"]));
        Assert.Equal([null, "b", "c"], events.Select(data => (string?)JsonNode.Parse(data)!["choices"]![0]!["delta"]!["content"]));
    }

    [Theory]
    [InlineData(",\"tools\":[]}")]
    [InlineData(Tools + ",\"tool_choice\":\"none\"}")]
    public async Task Where_no_tool_may_be_called_no_call_is_looked_for(string ending)
    {
        await using var relayed = await StartAsync();
        relayed.Upstream.Reply(200, $$$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":{{{JsonSerializer.Serialize(Text)}}}},"finish_reason":"stop"}]}""");

        using var response = await relayed.SendAsync(RelayedGateway.Chat()[..^1] + ending);
        var choice = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["choices"]![0]!;

        Assert.EndsWith("</tool_call>", (string?)choice["message"]!["content"], StringComparison.Ordinal);
        Assert.Equal("stop", (string?)choice["finish_reason"]);
    }

    [Fact]
    public async Task An_error_with_a_good_status_is_still_one()
    {
        await using var relayed = await StartAsync();
        relayed.Upstream.Reply(200, """{"error":{"message":"No.","type":"invalid_request_error","code":"x"}}""");

        using var response = await relayed.SendAsync(Request(stream: false));

        Assert.NotEqual(HttpStatusCode.OK, response.StatusCode);
    }

    private static Task<RelayedGateway> StartAsync() =>
        RelayedGateway.StartAsync(settings => settings with { ReasoningParser = "qwen3", ToolParser = "hermes" });

    private static string Request(bool stream) => RelayedGateway.Chat(stream)[..^1] + (stream ? ",\"stream_options\":{\"include_usage\":true}" : "") + Tools + "}";

    private static string Chunk(JsonObject delta, string? finish) =>
        $"data: {new JsonObject { ["id"] = "c", ["object"] = "chat.completion.chunk", ["created"] = 1, ["model"] = "m", ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }) }.ToJsonString()}\n\n";
}
