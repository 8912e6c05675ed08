using System.Collections.Frozen;
using Switchboard.Gateway.Guardrails.Texts;

namespace Switchboard.Gateway.Guardrails.Output;

/// <summary>The events of the Responses API: pieces, and then the same texts as wholes, up to three times.</summary>
internal sealed class ResponseEvents : EventShape
{
    private static readonly byte[][] s_numbers = ["output_index"u8.ToArray(), "content_index"u8.ToArray(), "summary_index"u8.ToArray(), "command_index"u8.ToArray()];

    private static readonly FrozenDictionary<string, TextMap> s_pieces = new Dictionary<string, TextRole>
    {
        ["response.output_text.delta"] = TextRole.ContentPiece,
        ["response.refusal.delta"] = TextRole.RefusalPiece,
        ["response.audio.transcript.delta"] = TextRole.ContentPiece,
        ["response.function_call_arguments.delta"] = TextRole.ArgumentsPiece,
        ["response.mcp_call_arguments.delta"] = TextRole.ArgumentsPiece,
        ["response.custom_tool_call_input.delta"] = TextRole.ArgumentsPiece,
        ["response.code_interpreter_call_code.delta"] = TextRole.ArgumentsPiece,
        ["response.shell_call_command.delta"] = TextRole.ArgumentsPiece,
        ["response.apply_patch_call_operation_diff.delta"] = TextRole.ArgumentsPiece,
        ["response.reasoning_text.delta"] = TextRole.ReasoningPiece,
        ["response.reasoning_summary_text.delta"] = TextRole.ReasoningPiece,
    }.ToFrozenDictionary(piece => piece.Key, piece => new TextMap { Numbers = s_numbers }.With(piece.Value, "delta").With(TextRole.Echo, "logprobs"));

    // Of what comes to be: a piece of it is one of a text, save sound.
    private static readonly TextMap s_otherPieces = new TextMap { Numbers = s_numbers }.With(TextRole.ContentPiece, "delta", "delta.stdout", "delta.stderr", "delta.text").With(TextRole.Echo, "logprobs");

    private static readonly TextMap s_output = Others(TextRole.Content);

    private static readonly TextMap s_reasoning = Others(TextRole.Reasoning);

    public static ResponseEvents Instance { get; } = new();

    /// <summary>Where the texts of a response lie.</summary>
    public static TextMap AddResponse(TextMap map, string before) =>
        map.With(TextRole.Content, $"{before}output_text").WithItem($"{before}output[index]");

    /// <inheritdoc/>
    public override bool RepeatsTexts => true;

    /// <inheritdoc/>
    public override EventEnd Read(ReadOnlySpan<byte> data, List<FoundText> found)
    {
        var type = TypeOf(data) ?? "";
        if (PiecesOf(type) is { } pieces)
        {
            pieces.Find(data, found);
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

    private static TextMap? PiecesOf(string type) =>
        s_pieces.TryGetValue(type, out var pieces) ? pieces
        : type.EndsWith(".delta", StringComparison.Ordinal) && !type.EndsWith("audio.delta", StringComparison.Ordinal) ? s_otherPieces
        : null;

    private static TextMap Others(TextRole text) => AddResponse(
        new TextMap { Numbers = s_numbers }
            .With(text, "text", "transcript", "part.text", "part.transcript")
            .With(TextRole.Refusal, "refusal", "part.refusal")
            .With(TextRole.Arguments, "arguments", "input", "code", "command", "diff")
            .With(TextRole.Content, "output", "output[].stdout", "output[].stderr")
            .With(TextRole.Echo, "logprobs", "part.logprobs")
            .With(TextRole.Fault, "error")
            .WithItem("item"),
        "response.");
}
