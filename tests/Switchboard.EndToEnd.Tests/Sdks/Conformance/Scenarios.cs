using System.Text.Json.Nodes;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Places;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>The rows of the table.</summary>
internal static class Scenarios
{
    public const string SeveralTurns = "a chat of several turns", Tools = "tools", StructuredOutput = "structured output", Refusal = "a refusal";
    public const string StreamedTools = "streamed tools", StreamedRefusal = "a streamed refusal", UsageUnasked = "a stream whose usage was not asked for";
    public const string Base64 = "embeddings as base64", Floats = "embeddings as floats", Retry = "a limit, and another attempt";

    private const string ToolCalls = "chat_function_calling_deepseek_deepseek-chat_can_use_parallel_tool_calls";
    private const string StreamedToolCalls = "chat_function_calling_deepseek_deepseek-chat_can_use_tools_with_multi-turn_streaming_conversations";
    private const string LongStream = "ChatTests/TokenLogProbabilitiesStreaming(False)";

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("a chat", Call.Chat, () => Recorded("ChatTests/HelloWorldChat"), Told.Alike),
        new(SeveralTurns, Call.Chat, () => Recorded("ChatTests/TwoTurnChat", 1), Told.Alike),
        new(Tools, Call.Chat, () => Cassette(ToolCalls), Told.Alike),
        new(StructuredOutput, Call.Chat, () => Recorded("ChatTests/StructuredOutputsWork"), Told.Alike),
        new(Refusal, Call.Chat, () => Recorded("ChatTests/StructuredRefusalWorks"), Told.Alike),

        new("a streamed chat", Call.ChatStream, () => Recorded(LongStream), Told.Alike),
        new(StreamedTools, Call.ChatStream, () => Cassette(StreamedToolCalls), Told.Alike),
        new(StreamedRefusal, Call.ChatStream, () => Recorded("ChatTests/StreamingStructuredRefusalWorks"), Told.Alike),
        new(UsageUnasked, Call.ChatStream, () => Without(Recorded(LongStream), "stream_options"), Told.WithoutUsage),
        new("a stream cut", Call.ChatStream, () => Spoilt(Story(), Misbehaviour.CloseAfterEvents(2)), Told.Broken),
        new("a stream that ends too early", Call.ChatStream, () => Spoilt(Story(), Misbehaviour.EndAfterEvents(2)), Told.Broken),
        new("a stream with an error in it", Call.ChatStream, () => Spoilt(Story(), Misbehaviour.ErrorAfterEvents(2)), Told.Broken),
        new("a stream with broken JSON", Call.ChatStream, () => Spoilt(Story(), Misbehaviour.MalformedEvent), Told.Unreadable),
        new("a stream left", Call.ChatLeft, () => Spoilt(Story(), Misbehaviour.HangAfterEvents(2)), Told.Left),

        new("a text completion", Call.Completion, () => new(Continue(stream: false), Answers.Completion()), Told.Alike),
        new("a streamed text completion", Call.CompletionStream, () => new(Continue(stream: true), Answers.StreamedCompletion()), Told.Alike),

        new(Base64, Call.Embeddings, () => Recorded("EmbeddingsTests/GenerateMultipleEmbeddings(UsingStrings)"), Told.Alike),
        new(Floats, Call.Embeddings, Vectors, Told.Alike),

        new("the models", Call.Models, () => new([]), Told.WithOwnModels) { IsRelayed = false },
        new("a model", Call.Model, () => new(new JsonObject { ["model"] = "gpt-4o-mini" }, Provider.Exchange("ModelsTests/GetModelInfo").ToAnswer()), Told.ByTheGateway) { IsRelayed = false },

        new("a response", Call.Response, () => Recorded("ResponsesTests/OutputTextMethod"), Told.Alike),
        new("a response that calls a tool", Call.Response, () => Recorded("ResponsesTests/FunctionCallWorks"), Told.Alike),
        new("a streamed response", Call.ResponseStream, () => Recorded("ResponsesTests/StreamingResponses"), Told.Alike),
        new("a streamed response that calls a tool", Call.ResponseStream, () => Recorded("ResponsesTests/FunctionCallStreamingWorks"), Told.Alike),
        new("a streamed response cut", Call.ResponseStream, () => Spoilt(Recorded("ResponsesTests/StreamingResponses"), Misbehaviour.CloseAfterEvents(6)), Told.Broken),

        new("a bad request (400)", Call.Embeddings, () => Recorded("EmbeddingsTests/BadOptions"), Told.AlikeRefused(400)),
        new("a model that is gone (404)", Call.Chat, () => Spoilt(Hello(), Misbehaviour.ModelNotFound), Told.AlikeRefused(404)),
        new("a limit (429)", Call.Chat, () => Spoilt(Hello(), Misbehaviour.RateLimited), Told.AlikeRefused(429)),
        new(Retry, Call.Chat, LimitedThenAnswered, Told.Alike) { MaxRetries = 2 },
        new("a model nobody has (404)", Call.Chat, NoSuchModel, Told.Anew((404, "invalid_request_error", "model_not_found"), (404, "invalid_request_error", "model_not_found"))) { IsRelayed = false },
        new("a key that the provider refuses (401)", Call.Chat, () => Recorded("ChatTests/AuthFailure"), Told.Anew((401, "invalid_request_error", "invalid_api_key"), (401, "authentication_error", "invalid_api_key"))),
        new("a provider that fails (500)", Call.Chat, () => Spoilt(Hello(), Misbehaviour.ServerError), Told.Anew((500, "server_error", null), (502, "upstream_error", "upstream_error"))),
        new("an overloaded provider (503)", Call.Chat, () => Spoilt(Hello(), Misbehaviour.Unavailable), Told.Anew((503, "service_unavailable_error", null), (503, "overloaded_error", "overloaded"))),
    ];

    public static Scenario Named(string name) => All.Single(scenario => scenario.Name == name);

    private static Replayed Recorded(string session, int index = 0) => Of(Provider.Exchange(session, index));

    private static Replayed Cassette(string name)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var file = SharedFolder.Combine("fixtures", "crmne+ruby_llm", "spec", "fixtures", "vcr_cassettes", $"{name}.json");
        return Of(Recording.FromCassette(file).Exchanges[0]);
    }

    private static Replayed Of(RecordedExchange exchange) => new(JsonNode.Parse(exchange.RequestText)!.AsObject(), exchange.ToAnswer());

    private static Replayed Vectors()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var answer = UpstreamAnswer.Json(File.ReadAllText(SharedFolder.Combine("fixtures", "openai+openai-node", "embeddings-float-response.json")));
        return new(new JsonObject { ["model"] = "text-embedding-3-small", ["input"] = "Hello, world!", ["encoding_format"] = "float" }, answer);
    }

    private static Replayed Hello() => new(Ask("gpt-4o-mini"), UpstreamAnswer.Json("{}"));

    private static Replayed NoSuchModel() => Spoilt(new(Ask("gpt-none"), UpstreamAnswer.Json("{}")), Misbehaviour.ModelNotFound);

    private static Replayed LimitedThenAnswered()
    {
        var limited = UpstreamAnswer.Json("{}").With(Misbehaviour.RateLimitedWith("Retry-After", "0")).WithHeader("retry-after-ms", "1");
        var (request, answers) = Recorded("ChatTests/HelloWorldChat");
        return new(request, [limited, .. answers]);
    }

    private static Replayed Story()
    {
        var request = Ask("gpt-4o-mini");
        request["stream"] = true;
        request["stream_options"] = new JsonObject { ["include_usage"] = true };
        return new(request, Answers.Story());
    }

    private static JsonObject Ask(string model) =>
        new() { ["model"] = model, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Tell me a story." }) };

    private static JsonObject Continue(bool stream)
    {
        var request = new JsonObject { ["model"] = "gpt-3.5-turbo-instruct", ["prompt"] = "Once upon a time", ["max_tokens"] = 2 };
        if (stream)
        {
            request["stream"] = true;
        }

        return request;
    }

    private static Replayed Spoilt(Replayed replayed, Misbehaviour misbehaviour) => new(replayed.Request, [.. replayed.Answers.Select(answer => answer.With(misbehaviour))]);

    private static Replayed Without(Replayed replayed, string member)
    {
        replayed.Request.Remove(member);
        return replayed;
    }
}
