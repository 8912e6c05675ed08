using System.Globalization;
using System.Text;
using System.Text.Json;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client;

/// <summary>Answers of chat completions and responses.</summary>
internal static class TestAnswers
{
    public const string Usage = """{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":3}}""";

    public static UpstreamAnswer Chat(string? text, string? refusal = null, string finishReason = "stop", params (string Id, string Name, string Arguments)[] calls)
    {
        var toolCalls = string.Join(',', calls.Select(call =>
            $$$"""{"id":{{{Text(call.Id)}}},"type":"function","function":{"name":{{{Text(call.Name)}}},"arguments":{{{Text(call.Arguments)}}}}}"""));
        return UpstreamAnswer.Json($$$"""
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","usage":{{{Usage}}},"choices":[{"index":0,"finish_reason":{{{Text(finishReason)}}},
            "message":{"role":"assistant","content":{{{Text(text)}}},"refusal":{{{Text(refusal)}}}{{{(calls.Length > 0 ? $",\"tool_calls\":[{toolCalls}]" : "")}}}}}]}
            """);
    }

    public static UpstreamAnswer ChatCalls(params (string Id, string Name, string Arguments)[] calls) => Chat(null, finishReason: "tool_calls", calls: calls);

    public static UpstreamAnswer Response(params string[] items) => ResponseOf("resp_1", "true", items);

    public static UpstreamAnswer ResponseOf(string id, string store, params string[] items) => UpstreamAnswer.Json($$$"""
        {"id":"{{{id}}}","object":"response","created_at":1,"model":"m","status":"completed","store":{{{store}}},"output":[{{{string.Join(',', items)}}}],
        "usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":1},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":7}}
        """);

    public static string Message(string text) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":{{{Text(text)}}},"annotations":[]}]}""");

    public static string Call(string id, string name, string arguments) =>
        $$$"""{"type":"function_call","id":"fc_{{{id}}}","call_id":"{{{id}}}","name":"{{{name}}}","arguments":{{{Text(arguments)}}},"status":"completed"}""";

    public static string BodyText(this UpstreamAnswer answer) => string.Concat(answer.Parts.Select(part => Encoding.UTF8.GetString(part.Span)));

    private static string Text(string? text) => JsonSerializer.Serialize(text);
}
