using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>Answers of the provider that nobody has recorded.</summary>
internal static class Answers
{
    /// <summary>Text in lines, so that a reader of lines sees it come.</summary>
    public static UpstreamAnswer Story() => UpstreamAnswer.Stream(ServerSentEvents.FromJson(
    [
        Chunk("""{"role":"assistant","content":""}"""), Chunk("""{"content":"Once upon a time,\n"}"""), Chunk("""{"content":"a fox"}"""), Chunk("{}", "\"stop\""),
    ]));

    public static UpstreamAnswer Completion() => UpstreamAnswer.Json(CompletionOf(" there was", "\"length\""));

    public static UpstreamAnswer StreamedCompletion() => UpstreamAnswer.Stream(ServerSentEvents.FromJson([CompletionOf(" there", "null"), CompletionOf(" was", "\"length\"")]));

    private static string Chunk(string delta, string finishReason = "null") => $$"""
        {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1767225600,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finishReason}}}]}
        """;

    private static string CompletionOf(string text, string finishReason) => $$"""
        {"id":"cmpl-1","object":"text_completion","created":1767225600,"model":"gpt-3.5-turbo-instruct","choices":[{"index":0,"text":"{{text}}","logprobs":null,"finish_reason":{{finishReason}}}]}
        """;
}
