using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Gateway.Surfaces;

/// <summary>Requests of Anthropic's and Google's APIs as chat requests.</summary>
public sealed class RequestTests
{
    private const string Anthropic = "AnthropicRequestToChat.json";
    private const string Gemini = "GeminiRequestToChat.json";

    public static TheoryData<string> AnthropicCases => [.. RequestGolden.Read(Anthropic).Select(entry => (string)entry["case"]!)];

    public static TheoryData<string> GeminiCases => [.. RequestGolden.Read(Gemini).Select(entry => (string)entry["case"]!)];

    [Theory]
    [MemberData(nameof(AnthropicCases))]
    public void A_request_of_Anthropics_is_this_chat_request(string name) => Check("anthropic", Anthropic, name);

    [Theory]
    [MemberData(nameof(GeminiCases))]
    public void A_request_of_Googles_is_this_chat_request(string name) => Check("gemini", Gemini, name);

    [Theory]
    [InlineData("anthropic", "/messages")]
    [InlineData("gemini", "enerateContent")]
    public void Every_real_request_is_a_strictly_valid_chat_request(string surface, string path)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var (taken, refused) = (0, new List<string>());
        foreach (var (name, body) in Recorded(path))
        {
            var request = RequestGolden.Read(surface, body, out var error);
            if ((error ?? request!.Origin.Fault) is { } fault)
            {
                refused.Add(fault.Body.Param ?? fault.Body.Message);
                continue;
            }

            var (plain, _) = RequestGolden.PlainOf(request!);
            Assert.True(RequestReader.TryRead(plain, ApiOperation.ChatCompletions, strict: true, out _, out var unfit), $"{name}: {unfit?.Body.Message}");
            var chat = WireJson.Deserialize<ChatCompletionRequest>(plain);
            Assert.Equal(JsonNode.Parse(plain)!["messages"]!.AsArray().Count, chat!.Messages.Count);
            taken++;
        }

        // What a cache of Google's holds, and what its code tool wrote, nobody else can know.
        Assert.All(refused, param => Assert.Contains(param, (string[])["cachedContent"]));
        Assert.True(taken > 60, $"{taken} taken");
    }

    [Fact]
    public void Extensions_go_only_to_who_takes_them_and_are_named()
    {
        var request = RequestGolden.Read(
            "anthropic",
            """{"model":"m","max_tokens":9,"top_k":5,"system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],"tools":[{"name":"f","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"T","signature":"S"},{"type":"text","text":"A"}]}]}""",
            out _)!;

        var (plain, call) = RequestGolden.PlainOf(request);

        Assert.Equal(["cache_control", "reasoning_content", "reasoning_details", "top_k"], call.Dropped.Order(StringComparer.Ordinal));
        Assert.Equal(
            """{"model":"m","messages":[{"role":"system","content":[{"type":"text","text":"S"}]},{"role":"user","content":"Hi"},{"role":"assistant","content":"A"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"max_tokens":9}""",
            System.Text.Encoding.UTF8.GetString(plain));
    }

    [Theory]
    [InlineData("anthropic", "[1]")]
    [InlineData("anthropic", "{")]
    [InlineData("anthropic", """{"model":"m","max_tokens":1}""")]
    [InlineData("anthropic", """{"max_tokens":1,"messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("anthropic", """{"model":"m","max_tokens":1,"messages":"Hi"}""")]
    [InlineData("gemini", "[]")]
    [InlineData("gemini", "{}")]
    [InlineData("gemini", """{"contents":[]}""")]
    public void What_no_provider_could_answer_is_refused_at_once(string surface, string body)
    {
        Assert.Null(RequestGolden.Read(surface, body, out var error));
        Assert.Equal(400, error!.Status);
    }

    [Fact]
    public void Of_members_without_end_the_first_are_named()
    {
        var members = string.Concat(Enumerable.Range(0, 1000).Select(i => $",\"x{i}\":1"));

        var request = RequestGolden.Read("anthropic", $$"""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Hi"}]{{members}}}""", out _)!;

        Assert.Equal(Enumerable.Range(0, 64).Select(i => $"x{i}"), request.Facts.Dropped);
    }

    private static void Check(string surface, string file, string name)
    {
        var golden = RequestGolden.Read(file).Single(entry => (string)entry["case"]! == name);
        var request = RequestGolden.Read(surface, golden["request"]!.ToJsonString(), out var error);
        Assert.True(error is null, error?.Body.Message);
        if ((string?)golden["refused"] is { } refused)
        {
            Assert.Equal(refused, request!.Origin.Fault?.Body.Param);
            return;
        }

        Assert.True(request!.Origin.Fault is null, request.Origin.Fault?.Body.Message);
        var chat = JsonNode.Parse(request.Body.Span)!;
        Assert.True(JsonNode.DeepEquals(golden["chat"], chat), $"{name}: {chat.ToJsonString(RequestGolden.Plain)}");
        Assert.Equal((golden["dropped"] as JsonArray ?? []).Select(member => (string)member!), request.Facts.Dropped);
    }

    private static IEnumerable<(string Name, string Body)> Recorded(string path)
    {
        var seen = new HashSet<string>();
        foreach (var file in Directory.EnumerateFiles(SharedFolder.Combine("fixtures", "crmne+ruby_llm", "spec", "fixtures", "vcr_cassettes"), "*.json").Order(StringComparer.Ordinal))
        {
            using var cassette = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var pair in cassette.RootElement.EnumerateArray())
            {
                var uri = pair.GetProperty("uri").GetString()!.Split('?')[0];
                if (!uri.EndsWith(path, StringComparison.Ordinal) || uri.Contains("batch", StringComparison.Ordinal) || pair.GetProperty("status").GetInt32() != 200)
                {
                    continue;
                }

                var body = pair.GetProperty("request_body");
                var text = body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText();
                if (text.StartsWith('{') && seen.Add(text))
                {
                    yield return (Path.GetFileName(file), text);
                }
            }
        }
    }
}
