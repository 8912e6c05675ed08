using System.Text;
using System.Text.Json.Nodes;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;
using Switchboard.Testing.Recordings;

namespace Switchboard.Tests.Gateway.Responses;

/// <summary>Beside real streams of the Responses API, and over real answers of chat.</summary>
public sealed class RecordedResponsesTests
{
    // OpenAI's own business: what it bills, how it pads, what it keeps, how it counts its tools.
    private static readonly HashSet<string> s_others =
        ["obfuscation", "prompt_cache_retention", "billing", "moderation", "frequency_penalty", "presence_penalty", "tool_usage", "context", "mode"];

    public static TheoryData<string> Streams =>
    [
        "HelloWorldStreaming(%gpt-4o-mini%)", "FunctionCallStreamingWorks", "StreamingResponsesWithReasoningSummary", "TokenLogProbabilitiesStreaming(True)",
        "TokenLogProbabilitiesStreaming(False)", "StreamingResponses",
    ];

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_real_stream_told_as_chat_comes_back_in_the_same_events(string session)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        foreach (var exchange in Recording.FromSession(SharedFolder.Combine("recordings", "ResponsesTests", $"{session}.json")).Exchanges.Where(exchange => exchange.IsStream))
        {
            // Chat has no parts of reasoning: those after the first are left out.
            var real = exchange.ResponseText.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line["data: ".Length..])!)
                .Where(one => ((int?)one["summary_index"] ?? 0) == 0).ToList();
            var run = new ResponsesRun();

            var ours = await run.EventsAsync(exchange.RequestText, ChatOf(real));

            Assert.Equal(real.Select(TypeOf), ours.Select(TypeOf));
            for (var i = 0; i < real.Count; i++)
            {
                Assert.Equal(Shape(real[i]), Shape(ours[i]));
            }

            Assert.Equal(Texts(real), Texts(ours));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_real_chat_answer_becomes_a_response_that_says_the_same(bool isStream)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var fixtures = ChatFixtures.Of("openai").Where(fixture => fixture.Status == 200 && fixture.IsStream == isStream).ToArray();
        Assert.NotEmpty(fixtures);
        var faults = new List<string>();
        foreach (var fixture in fixtures)
        {
            var run = new ResponsesRun();
            var request = isStream ? """{"model":"m","input":"Hi","stream":true}""" : """{"model":"m","input":"Hi"}""";
            var text = isStream ? string.Concat(fixture.Events.Append("[DONE]").Select(data => $"data: {data}\n\n")) : fixture.Text;
            var response = isStream ? (await run.EventsAsync(request, text))[^1]["response"] : await run.RespondAsync(request, text);
            if (response is null)
            {
                faults.Add($"{fixture.Name}: it did not come to its end");
                continue;
            }

            ResponsesRun.CheckType<Response>(response.ToJsonString());
            Assert.DoesNotContain(response["output"]!.AsArray(), item => (string?)item!["status"] == "in_progress");
            faults.AddRange(Meant(OpenAIOracle.Read(fixture), fixture).DifferencesTo(Meant(FactsOf(response), fixture)).Select(line => $"{fixture.Name}: {line}"));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static ChatFacts Meant(ChatFacts facts, ChatFixture fixture)
    {
        var isXai = fixture.Name.Contains("grok", StringComparison.Ordinal) || fixture.Name.Contains("xai", StringComparison.Ordinal);
        return facts with
        {
            // A response tells no reason: whether tools are called is in its output.
            Finish = "",

            // xAI counts reasoning and cache beside the rest, which is set right (ChatUsageReaderTests); some have other names for the cache.
            Prompt = isXai ? 0 : facts.Prompt,
            Completion = isXai ? 0 : facts.Completion,
            Cached = 0,

            // Told in reasoning_details alone, which the oracle does not read.
            Reasoning = fixture.Name.Contains("openrouter_openai_gpt-5_2_searches", StringComparison.Ordinal) ? "" : facts.Reasoning,
        };
    }

    private static ChatFacts FactsOf(JsonNode response)
    {
        var output = response["output"]!.AsArray();
        return new ChatFacts
        {
            Content = string.Concat(Of("message").SelectMany(item => item["content"]!.AsArray()).Where(part => (string)part!["type"]! == "output_text").Select(part => (string)part!["text"]!)),
            Reasoning = string.Concat(Of("reasoning").SelectMany(item => item["summary"]!.AsArray()).Select(part => (string)part!["text"]!)),
            Tools = [.. Of("function_call").Select(item => ChatFacts.Tool((string)item["name"]!, (string)item["arguments"]!))],
            Prompt = (int?)response["usage"]?["input_tokens"] ?? 0,
            Completion = (int?)response["usage"]?["output_tokens"] ?? 0,
        };

        IEnumerable<JsonNode> Of(string type) => output.Where(item => (string)item!["type"]! == type)!;
    }

    private static string TypeOf(JsonNode one) => (string)one["type"]!;

    private static List<string> Texts(IEnumerable<JsonNode> events) =>
        [.. events.Select(one => (string?)one["delta"] ?? (string?)one["text"] ?? (string?)one["arguments"] ?? "")];

    // What a provider of chat would have said: a chunk for each delta.
    private static string ChatOf(List<JsonNode> events)
    {
        var chat = new StringBuilder();
        var calls = -1;
        foreach (var one in events)
        {
            JsonObject? delta = null;
            JsonNode? logProbs = null;
            switch (TypeOf(one))
            {
                case "response.output_text.delta":
                    delta = new JsonObject { ["content"] = (string)one["delta"]! };
                    logProbs = one["logprobs"] is JsonArray { Count: > 0 } list ? new JsonObject { ["content"] = list.DeepClone() } : null;
                    break;
                case "response.reasoning_summary_text.delta":
                    delta = new JsonObject { ["reasoning_content"] = (string)one["delta"]! };
                    break;
                case "response.output_item.added" when (string)one["item"]!["type"]! == "function_call":
                    delta = CallOf(++calls, (string)one["item"]!["call_id"]!, (string)one["item"]!["name"]!, "");
                    break;
                case "response.function_call_arguments.delta":
                    delta = CallOf(calls, null, null, (string)one["delta"]!);
                    break;
            }

            if (delta is not null)
            {
                chat.Append("data: ").Append(ResponsesRun.Chunk(new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = logProbs, ["finish_reason"] = null }.ToJsonString())).Append("\n\n");
            }
        }

        var usage = events[^1]["response"]!["usage"]!;
        chat.Append("data: ").Append(ResponsesRun.Chunk($$"""{"index":0,"delta":{},"finish_reason":"{{(calls < 0 ? "stop" : "tool_calls")}}"}""")).Append("\n\n");
        chat.Append($$"""data: {"id":"c1","choices":[],"usage":{"prompt_tokens":{{usage["input_tokens"]}},"completion_tokens":{{usage["output_tokens"]}} } }""").Append("\n\ndata: [DONE]\n\n");
        return chat.ToString();
    }

    private static JsonObject CallOf(int index, string? id, string? name, string arguments)
    {
        var function = new JsonObject { ["arguments"] = arguments };
        var call = new JsonObject { ["index"] = index, ["function"] = function };
        if (id is not null)
        {
            call["id"] = id;
            function["name"] = name;
        }

        return new JsonObject { ["tool_calls"] = new JsonArray(call) };
    }

    // The names of the members, all the way down, but for what is the caller's or OpenAI's own.
    private static string Shape(JsonNode? node) => node switch
    {
        JsonObject members => $"{{{string.Join(',', members.Where(member => !s_others.Contains(member.Key) && !IsNew(member.Key)).OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}:{(member.Key is "tools" or "metadata" ? "" : Shape(member.Value))}"))}}}",
        JsonArray elements => $"[{string.Join(',', elements.Select(Shape).Distinct())}]",
        null => "null",
        _ => "value",
    };

    // Members of the present specification that the older recordings lack, and values that are told late or not at all.
    private static bool IsNew(string member) => member is "completed_at" or "cache_write_tokens" or "name" or "service_tier" or "temperature" or "encrypted_content";
}
