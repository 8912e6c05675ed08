using System.Collections.Frozen;
using System.Text.Json;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>What all events of a streamed response have.</summary>
public static class ResponseStreamEventExtensions
{
    private static readonly FrozenDictionary<Type, Func<ResponseStreamEvent, long>> s_numbers = new KeyValuePair<Type, Func<ResponseStreamEvent, long>>[]
    {
        On<ResponseApplyPatchCallOperationDiffDeltaEvent>(e => e.SequenceNumber),
        On<ResponseApplyPatchCallOperationDiffDoneEvent>(e => e.SequenceNumber),
        On<ResponseAudioDeltaEvent>(e => e.SequenceNumber),
        On<ResponseAudioDoneEvent>(e => e.SequenceNumber),
        On<ResponseAudioTranscriptDeltaEvent>(e => e.SequenceNumber),
        On<ResponseAudioTranscriptDoneEvent>(e => e.SequenceNumber),
        On<ResponseCodeInterpreterCallCodeDeltaEvent>(e => e.SequenceNumber),
        On<ResponseCodeInterpreterCallCodeDoneEvent>(e => e.SequenceNumber),
        On<ResponseCodeInterpreterCallCompletedEvent>(e => e.SequenceNumber),
        On<ResponseCodeInterpreterCallInProgressEvent>(e => e.SequenceNumber),
        On<ResponseCodeInterpreterCallInterpretingEvent>(e => e.SequenceNumber),
        On<ResponseCompletedEvent>(e => e.SequenceNumber),
        On<ResponseContentPartAddedEvent>(e => e.SequenceNumber),
        On<ResponseContentPartDoneEvent>(e => e.SequenceNumber),
        On<ResponseCreatedEvent>(e => e.SequenceNumber),
        On<ResponseCustomToolCallInputDeltaEvent>(e => e.SequenceNumber),
        On<ResponseCustomToolCallInputDoneEvent>(e => e.SequenceNumber),
        On<ResponseErrorEvent>(e => e.SequenceNumber),
        On<ResponseFailedEvent>(e => e.SequenceNumber),
        On<ResponseFileSearchCallCompletedEvent>(e => e.SequenceNumber),
        On<ResponseFileSearchCallInProgressEvent>(e => e.SequenceNumber),
        On<ResponseFileSearchCallSearchingEvent>(e => e.SequenceNumber),
        On<ResponseFunctionCallArgumentsDeltaEvent>(e => e.SequenceNumber),
        On<ResponseFunctionCallArgumentsDoneEvent>(e => e.SequenceNumber),
        On<ResponseImageGenCallCompletedEvent>(e => e.SequenceNumber),
        On<ResponseImageGenCallGeneratingEvent>(e => e.SequenceNumber),
        On<ResponseImageGenCallInProgressEvent>(e => e.SequenceNumber),
        On<ResponseImageGenCallPartialImageEvent>(e => e.SequenceNumber),
        On<ResponseInProgressEvent>(e => e.SequenceNumber),
        On<ResponseIncompleteEvent>(e => e.SequenceNumber),
        On<ResponseMcpCallArgumentsDeltaEvent>(e => e.SequenceNumber),
        On<ResponseMcpCallArgumentsDoneEvent>(e => e.SequenceNumber),
        On<ResponseMcpCallCompletedEvent>(e => e.SequenceNumber),
        On<ResponseMcpCallFailedEvent>(e => e.SequenceNumber),
        On<ResponseMcpCallInProgressEvent>(e => e.SequenceNumber),
        On<ResponseMcpListToolsCompletedEvent>(e => e.SequenceNumber),
        On<ResponseMcpListToolsFailedEvent>(e => e.SequenceNumber),
        On<ResponseMcpListToolsInProgressEvent>(e => e.SequenceNumber),
        On<ResponseOutputItemAddedEvent>(e => e.SequenceNumber),
        On<ResponseOutputItemDoneEvent>(e => e.SequenceNumber),
        On<ResponseOutputTextAnnotationAddedEvent>(e => e.SequenceNumber),
        On<ResponseQueuedEvent>(e => e.SequenceNumber),
        On<ResponseReasoningSummaryPartAddedEvent>(e => e.SequenceNumber),
        On<ResponseReasoningSummaryPartDoneEvent>(e => e.SequenceNumber),
        On<ResponseReasoningSummaryTextDeltaEvent>(e => e.SequenceNumber),
        On<ResponseReasoningSummaryTextDoneEvent>(e => e.SequenceNumber),
        On<ResponseReasoningTextDeltaEvent>(e => e.SequenceNumber),
        On<ResponseReasoningTextDoneEvent>(e => e.SequenceNumber),
        On<ResponseRefusalDeltaEvent>(e => e.SequenceNumber),
        On<ResponseRefusalDoneEvent>(e => e.SequenceNumber),
        On<ResponseShellCallCommandAddedEvent>(e => e.SequenceNumber),
        On<ResponseShellCallCommandDeltaEvent>(e => e.SequenceNumber),
        On<ResponseShellCallCommandDoneEvent>(e => e.SequenceNumber),
        On<ResponseShellCallOutputContentDeltaEvent>(e => e.SequenceNumber),
        On<ResponseShellCallOutputContentDoneEvent>(e => e.SequenceNumber),
        On<ResponseTextDeltaEvent>(e => e.SequenceNumber),
        On<ResponseTextDoneEvent>(e => e.SequenceNumber),
        On<ResponseWebSearchCallCompletedEvent>(e => e.SequenceNumber),
        On<ResponseWebSearchCallInProgressEvent>(e => e.SequenceNumber),
        On<ResponseWebSearchCallSearchingEvent>(e => e.SequenceNumber),
    }.ToFrozenDictionary();

    extension(ResponseStreamEvent streamEvent)
    {
        /// <summary>The event's place in its stream: what <c>starting_after</c> takes to go on behind it. Null when the server gave none.</summary>
        public long? SequenceNumber
        {
            get
            {
                ArgumentNullException.ThrowIfNull(streamEvent);
                var number = s_numbers.TryGetValue(streamEvent.GetType(), out var read) ? read(streamEvent) : 0;

                // Types say 0 for what is absent.
                return number != 0 ? number : NumberIn(streamEvent);
            }
        }
    }

    /// <summary>The event's JSON.</summary>
    internal static JsonElement ToElement(this ResponseStreamEvent streamEvent) => JsonElement.Parse(WireJson.SerializeToUtf8Bytes(streamEvent));

    private static long? NumberIn(ResponseStreamEvent streamEvent) =>
        streamEvent.ToElement() is { ValueKind: JsonValueKind.Object } json
        && json.TryGetProperty("sequence_number", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var value) ? value : null;

    private static KeyValuePair<Type, Func<ResponseStreamEvent, long>> On<T>(Func<T, long> number)
        where T : ResponseStreamEvent => new(typeof(T), streamEvent => number((T)streamEvent));
}
