using System.Collections.Frozen;
using Switchboard.Gateway.Guardrails.Texts;

namespace Switchboard.Gateway.Guardrails.Output;

/// <summary>The events of the Responses API: pieces, and then the same texts as wholes, up to three times.</summary>
internal sealed class ResponseEvents : EventShape
{
    private static readonly byte[][] s_numbers = ["output_index"u8.ToArray(), "content_index"u8.ToArray(), "summary_index"u8.ToArray()];

    private static readonly FrozenDictionary<string, TextMap> s_pieces = new Dictionary<string, TextRole>
    {
        ["response.output_text.delta"] = TextRole.ContentPiece,
        ["response.refusal.delta"] = TextRole.RefusalPiece,
        ["response.audio.transcript.delta"] = TextRole.ContentPiece,
        ["response.function_call_arguments.delta"] = TextRole.ArgumentsPiece,
        ["response.mcp_call_arguments.delta"] = TextRole.ArgumentsPiece,
        ["response.custom_tool_call_input.delta"] = TextRole.ArgumentsPiece,
        ["response.code_interpreter_call_code.delta"] = TextRole.ArgumentsPiece,
        ["response.reasoning_text.delta"] = TextRole.ReasoningPiece,
        ["response.reasoning_summary_text.delta"] = TextRole.ReasoningPiece,
    }.ToFrozenDictionary(piece => piece.Key, piece => new TextMap { Numbers = s_numbers }.With(piece.Value, "delta").With(TextRole.Echo, "logprobs"));

    private static readonly TextMap s_output = Others(TextRole.Content);

    private static readonly TextMap s_reasoning = Others(TextRole.Reasoning);

    public static ResponseEvents Instance { get; } = new();

    /// <summary>Where the texts of a response lie.</summary>
    public static TextMap AddResponse(TextMap map, string before)
    {
        map.With(TextRole.Content, $"{before}output_text");
        return AddItem(map, $"{before}output[]");
    }

    /// <summary>Where the texts of an item lie.</summary>
    public static TextMap AddItem(TextMap map, string item) => map
        .With(TextRole.Content, $"{item}.content[].text", $"{item}.content[].transcript", $"{item}.output", $"{item}.output[].text")
        .With(TextRole.Refusal, $"{item}.content[].refusal")
        .With(TextRole.Arguments, $"{item}.arguments", $"{item}.input", $"{item}.code")
        .With(TextRole.Reasoning, $"{item}.summary[].text")
        .With(TextRole.Echo, $"{item}.content[].logprobs");

    /// <inheritdoc/>
    public override bool RepeatsTexts => true;

    /// <inheritdoc/>
    public override EventEnd Read(ReadOnlySpan<byte> data, List<FoundText> found)
    {
        var type = TypeOf(data) ?? "";
        if (s_pieces.TryGetValue(type, out var map))
        {
            map.Find(data, found);
            return default;
        }

        (type.Contains("reasoning", StringComparison.Ordinal) ? s_reasoning : s_output).Find(data, found);
        if (type is "error" or "response.failed")
        {
            found.Add(new FoundText(TextRole.Fault, 0, 0, 0, 0, 0));
        }

        return type.EndsWith(".done", StringComparison.Ordinal) ? EventEnd.OfItem(data, "output_index"u8)
            : type is "response.completed" or "response.incomplete" ? EventEnd.All
            : default;
    }

    private static TextMap Others(TextRole text) => AddResponse(
        AddItem(
            new TextMap { Numbers = s_numbers }
                .With(text, "text", "transcript", "part.text", "part.transcript")
                .With(TextRole.Refusal, "refusal", "part.refusal")
                .With(TextRole.Arguments, "arguments", "input", "code")
                .With(TextRole.Echo, "logprobs", "part.logprobs")
                .With(TextRole.Fault, "error"),
            "item"),
        "response.");
}
