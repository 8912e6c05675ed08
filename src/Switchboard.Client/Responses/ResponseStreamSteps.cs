using System.Collections.Frozen;
using Switchboard.Client.Helpers;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>What each event of a streamed response does to its output.</summary>
internal static class ResponseStreamSteps
{
    private static readonly FrozenDictionary<Type, Action<ResponseOutputBuilder, ResponseStreamEvent>> s_steps = new[]
    {
        On<ResponseOutputItemAddedEvent>((o, e) => o.Set(e.OutputIndex, e.Item, isDone: false)),
        On<ResponseOutputItemDoneEvent>((o, e) => o.Set(e.OutputIndex, e.Item, isDone: true)),
        On<ResponseContentPartAddedEvent>((o, e) => o.SetPart(e.OutputIndex, e.ItemId, e.ContentIndex, e.Part?.Type ?? "", Json(e.Part))),
        On<ResponseContentPartDoneEvent>((o, e) => o.SetPart(e.OutputIndex, e.ItemId, e.ContentIndex, e.Part?.Type ?? "", Json(e.Part))),
        On<ResponseTextDeltaEvent>((o, e) => o.AppendText(e)),
        On<ResponseTextDoneEvent>((o, e) => o.Set(o.Part(e.OutputIndex, e.ItemId, e.ContentIndex, "output_text")?["text"], e.Text)),
        On<ResponseRefusalDeltaEvent>((o, e) => o.Append(o.Part(e.OutputIndex, e.ItemId, e.ContentIndex, "refusal")?["refusal"], e.Delta)),
        On<ResponseRefusalDoneEvent>((o, e) => o.Set(o.Part(e.OutputIndex, e.ItemId, e.ContentIndex, "refusal")?["refusal"], e.Refusal)),
        On<ResponseOutputTextAnnotationAddedEvent>((o, e) =>
            o.Part(e.OutputIndex, e.ItemId, e.ContentIndex, "output_text")?["annotations"][e.AnnotationIndex].Set(Json(e.Annotation).ToRaw())),
        On<ResponseReasoningTextDeltaEvent>((o, e) => o.Append(o.Part(e.OutputIndex, e.ItemId, e.ContentIndex, "reasoning_text")?["text"], e.Delta)),
        On<ResponseReasoningTextDoneEvent>((o, e) => o.Set(o.Part(e.OutputIndex, e.ItemId, e.ContentIndex, "reasoning_text")?["text"], e.Text)),
        On<ResponseReasoningSummaryPartAddedEvent>((o, e) => o.SetPart(e.OutputIndex, e.ItemId, e.SummaryIndex, "summary_text", Json(e.Part))),
        On<ResponseReasoningSummaryPartDoneEvent>((o, e) => o.SetPart(e.OutputIndex, e.ItemId, e.SummaryIndex, "summary_text", Json(e.Part))),
        On<ResponseReasoningSummaryTextDeltaEvent>((o, e) => o.Append(o.Part(e.OutputIndex, e.ItemId, e.SummaryIndex, "summary_text")?["text"], e.Delta)),
        On<ResponseReasoningSummaryTextDoneEvent>((o, e) => o.Set(o.Part(e.OutputIndex, e.ItemId, e.SummaryIndex, "summary_text")?["text"], e.Text)),
        On<ResponseFunctionCallArgumentsDeltaEvent>((o, e) => o.Append(o.Item(e.OutputIndex, e.ItemId, "function_call")?["arguments"], e.Delta)),
        On<ResponseFunctionCallArgumentsDoneEvent>((o, e) => o.Set(o.Item(e.OutputIndex, e.ItemId, "function_call")?["arguments"], e.Arguments)),
        On<ResponseCustomToolCallInputDeltaEvent>((o, e) => o.Append(o.Item(e.OutputIndex, e.ItemId, "custom_tool_call")?["input"], e.Delta)),
        On<ResponseCustomToolCallInputDoneEvent>((o, e) => o.Set(o.Item(e.OutputIndex, e.ItemId, "custom_tool_call")?["input"], e.Input)),
        On<ResponseMcpCallArgumentsDeltaEvent>((o, e) => o.Append(o.Item(e.OutputIndex, e.ItemId, "mcp_call")?["arguments"], e.Delta)),
        On<ResponseMcpCallArgumentsDoneEvent>((o, e) => o.Set(o.Item(e.OutputIndex, e.ItemId, "mcp_call")?["arguments"], e.Arguments)),
        On<ResponseCodeInterpreterCallCodeDeltaEvent>((o, e) => o.Append(o.Item(e.OutputIndex, e.ItemId, "code_interpreter_call")?["code"], e.Delta)),
        On<ResponseCodeInterpreterCallCodeDoneEvent>((o, e) => o.Set(o.Item(e.OutputIndex, e.ItemId, "code_interpreter_call")?["code"], e.Code)),
        On<ResponseApplyPatchCallOperationDiffDeltaEvent>((o, e) => o.Append(o.Item(e.OutputIndex, e.ItemId, "apply_patch_call")?["operation"]["diff"], e.Delta)),
        On<ResponseApplyPatchCallOperationDiffDoneEvent>((o, e) => o.Set(o.Item(e.OutputIndex, e.ItemId, "apply_patch_call")?["operation"]["diff"], e.Diff)),
        On<ResponseShellCallCommandAddedEvent>((o, e) => o.Set(Command(o, e.OutputIndex, e.CommandIndex), e.Command)),
        On<ResponseShellCallCommandDeltaEvent>((o, e) => o.Append(Command(o, e.OutputIndex, e.CommandIndex), e.Delta)),
        On<ResponseShellCallCommandDoneEvent>((o, e) => o.Set(Command(o, e.OutputIndex, e.CommandIndex), e.Command)),
        On<ResponseShellCallOutputContentDeltaEvent>((o, e) => o.AppendOutput(e)),
        On<ResponseShellCallOutputContentDoneEvent>((o, e) => o.SetOutput(e)),
        On<ResponseImageGenCallPartialImageEvent>((o, e) => o.SetImage(e)),
        On<ResponseAudioDeltaEvent>((o, e) => o.AddAudio(e.Delta)),
        On<ResponseAudioTranscriptDeltaEvent>((o, e) => o.AudioTranscript.Append(e.Delta)),
    }.ToFrozenDictionary();

    public static void Apply(ResponseOutputBuilder output, ResponseStreamEvent streamEvent)
    {
        output.LastText = null;
        if (s_steps.TryGetValue(streamEvent.GetType(), out var step))
        {
            step(output, streamEvent);
        }
        else
        {
            output.SetStatus(streamEvent);
        }
    }

    private static GrowingJson? Command(ResponseOutputBuilder output, int index, int command) =>
        output.Item(index, "", "shell_call")?["action"]["commands"][command];

    private static GrowingJson Json<T>(T? value)
        where T : class, IWireCodec<T>
    {
        var json = new GrowingJson();
        if (value is not null)
        {
            json.Set(value);
        }

        return json;
    }

    private static KeyValuePair<Type, Action<ResponseOutputBuilder, ResponseStreamEvent>> On<T>(Action<ResponseOutputBuilder, T> step)
        where T : ResponseStreamEvent => new(typeof(T), (output, streamEvent) => step(output, (T)streamEvent));
}
