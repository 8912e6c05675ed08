using System.Globalization;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Accounting;

/// <summary>The whole answers of the proof, in OpenAI's shapes.</summary>
internal static class ProofAnswers
{
    private const string Chunk = """{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[""";

    // Before the first word of a stream stands one event.
    public static int EventsMidway(ProofCall call) => call.IsStream ? 1 + ProofCall.WordsMidway : throw new InvalidOperationException("It is no stream.");

    /// <summary>The events up to the usage: of a stream of chunks all but its end, of a response all.</summary>
    public static int EventsToUsage(ProofCall call) => 1 + call.Words + (call.Kind == ProofKind.ChatStream ? 2 : 1);

    public static UpstreamAnswer Of(ProofCall call) => call.Kind switch
    {
        ProofKind.Chat => UpstreamAnswer.Json($$"""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"{{Text(call)}}"},"finish_reason":"stop"}],"usage":{{ChatUsage(call)}}}"""),
        ProofKind.ChatStream => UpstreamAnswer.Stream(
        [
            ServerSentEvents.Data(Chunk + """{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"""),
            .. Enumerable.Repeat(ServerSentEvents.Data(Chunk + $$$"""{"index":0,"delta":{"content":"{{{ProofCall.Word}}}"},"finish_reason":null}]}"""), call.Words),
            ServerSentEvents.Data(Chunk + """{"index":0,"delta":{},"finish_reason":"stop"}]}"""),
            ServerSentEvents.Data(Chunk + "],\"usage\":" + ChatUsage(call) + "}"),
            ServerSentEvents.Done,
        ]),
        ProofKind.Response => UpstreamAnswer.Json(Response(call, "completed")),
        ProofKind.ResponseStream => UpstreamAnswer.Stream(
        [
            ServerSentEvents.Named("response.created", $$"""{"type":"response.created","sequence_number":0,"response":{{Response(call, "in_progress")}}}"""),
            .. Enumerable.Range(1, call.Words).Select(at => ServerSentEvents.Named("response.output_text.delta", string.Create(CultureInfo.InvariantCulture, $$"""{"type":"response.output_text.delta","sequence_number":{{at}},"item_id":"m","output_index":0,"content_index":0,"delta":"{{ProofCall.Word}}","logprobs":[]}"""))),
            ServerSentEvents.Named("response.completed", string.Create(CultureInfo.InvariantCulture, $$"""{"type":"response.completed","sequence_number":{{call.Words + 1}},"response":{{Response(call, "completed")}}}""")),
        ]),
        _ => UpstreamAnswer.Json(string.Create(CultureInfo.InvariantCulture, $$$"""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,0.25]}],"model":"m","usage":{"prompt_tokens":{{{call.Told.Prompt}}},"total_tokens":{{{call.Told.Prompt}}}}}""")),
    };

    private static string Text(ProofCall call) => string.Concat(Enumerable.Repeat(ProofCall.Word, call.Words));

    private static string ChatUsage(ProofCall call)
    {
        var (prompt, cached) = call.Told;
        var completion = call.Words + call.Reasoning;
        return string.Create(CultureInfo.InvariantCulture, $$$"""{"prompt_tokens":{{{prompt}}},"completion_tokens":{{{completion}}},"total_tokens":{{{prompt + completion}}},"prompt_tokens_details":{"cached_tokens":{{{cached}}}},"completion_tokens_details":{"reasoning_tokens":{{{call.Reasoning}}}}}""");
    }

    private static string Response(ProofCall call, string status)
    {
        var isDone = status == "completed";
        var (prompt, cached) = call.Told;
        var completion = call.Words + call.Reasoning;
        var output = isDone ? $$"""{"type":"message","id":"m","status":"completed","role":"assistant","content":[{"type":"output_text","text":"{{Text(call)}}","annotations":[]}]}""" : "";
        var usage = isDone
            ? string.Create(CultureInfo.InvariantCulture, $$$"""{"input_tokens":{{{prompt}}},"input_tokens_details":{"cached_tokens":{{{cached}}}},"output_tokens":{{{completion}}},"output_tokens_details":{"reasoning_tokens":{{{call.Reasoning}}}},"total_tokens":{{{prompt + completion}}}}""")
            : "null";
        return $$"""{"id":"resp_x","object":"response","created_at":1,"status":"{{status}}","model":"m","output":[{{output}}],"usage":{{usage}}}""";
    }
}
