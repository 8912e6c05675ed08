using Switchboard.Client.Helpers;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>Puts a response together from the events of its stream.</summary>
/// <remarks>
/// The stream may break off and be resumed behind <see cref="SequenceNumber"/>: go on with the same accumulator. Events that it has had already are
/// left aside; so are those of unknown types. Not safe for use by several threads at a time.
/// </remarks>
public sealed class ResponseAccumulator
{
    private readonly ResponseOutputBuilder _output = new();
    private Response? _head;
    private Response? _final;
    private Response? _snapshot;

    /// <summary>The response as far as it has come, with what there is of each output item; made when it is asked for.</summary>
    public Response Snapshot => _snapshot ??= Build();

    /// <summary>The number of the last event, to resume behind it with <c>starting_after</c>. Null before the first that has one.</summary>
    public long? SequenceNumber { get; private set; }

    /// <summary>True once the server has said that the response is completed, incomplete or failed.</summary>
    public bool IsComplete => _final is not null;

    /// <summary>All text of the output so far.</summary>
    public string OutputText => Snapshot.GetOutputText();

    /// <summary>Bytes of the spoken answer so far, from servers that stream audio.</summary>
    public ReadOnlyMemory<byte> Audio => _output.Audio;

    /// <summary>The transcript of <see cref="Audio"/> so far.</summary>
    public string AudioTranscript => _output.AudioTranscript.ToString();

    /// <summary>The whole text so far that the last event added to: of a content part, a refusal, a reasoning, a tool call's arguments, a code … Null when it added to none.</summary>
    public string? CurrentText => _output.LastText?.ToString();

    /// <summary>The text that the last event added to as JSON that is still arriving, for arguments of tool calls and structured outputs. It goes on with the stream each time it is asked for.</summary>
    public PartialJson? CurrentJson => _output.LastText?.Json;

    /// <summary>Takes the next event.</summary>
    /// <returns>False when it has been taken before, and was left aside.</returns>
    public bool Add(ResponseStreamEvent streamEvent)
    {
        ArgumentNullException.ThrowIfNull(streamEvent);
        var number = streamEvent.SequenceNumber;
        if (number <= SequenceNumber)
        {
            return false;
        }

        SequenceNumber = number ?? SequenceNumber;
        _snapshot = null;
        ResponseStreamSteps.Apply(_output, streamEvent);
        switch (streamEvent)
        {
            case ResponseCreatedEvent { Response: { } response }:
                Begin(response);
                break;
            case ResponseQueuedEvent { Response: { } response }:
                Begin(response);
                break;
            case ResponseInProgressEvent { Response: { } response }:
                Begin(response);
                break;
            case ResponseCompletedEvent { Response: { } response }:
                _final = response;
                break;
            case ResponseIncompleteEvent { Response: { } response }:
                _final = response;
                break;
            case ResponseFailedEvent { Response: { } response }:
                _final = response;
                break;
        }

        return true;
    }

    /// <summary>The whole response: completed, incomplete or failed, as its <see cref="Response.Status"/> says.</summary>
    /// <exception cref="InvalidOperationException">The stream ended before the response did; <see cref="Snapshot"/> has what came, and <see cref="SequenceNumber"/> tells where to resume.</exception>
    public Response GetFinal() => IsComplete ? Snapshot : throw new InvalidOperationException(
        $"The stream of the response ended before the response did{(SequenceNumber is { } number ? $", after event {number}" : "")}: the answer is cut off.");

    private void Begin(Response response)
    {
        _head = response;
        _output.Seed(response.Output);
    }

    private Response Build()
    {
        // Some servers leave the output out of the last event.
        if (_final is not null)
        {
            return _final.Output.Count > 0 || _output.IsEmpty ? _final : _final with { Output = _output.Build() };
        }

        var head = _head ?? new Response { Id = "", Model = "", CreatedAt = DateTimeOffset.UnixEpoch, Output = [] };
        return head with { Output = _output.Build() };
    }
}
