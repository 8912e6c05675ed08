using Switchboard.Client.Helpers;
using Switchboard.Protocol.Assistants;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Assistants;

/// <summary>Puts a run, its steps and its messages together from the events of its stream.</summary>
/// <remarks>Events of unknown types are left aside. Not safe for use by several threads at a time.</remarks>
public sealed class AssistantAccumulator
{
    private readonly OrderedDictionary<string, GrowingObject<ThreadMessage>> _messages = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, GrowingObject<ThreadRunStep>> _steps = new(StringComparer.Ordinal);
    private GrowingText? _lastText;

    /// <summary>The thread, when the stream began with making one; else null.</summary>
    public AssistantThread? Thread { get; private set; }

    /// <summary>The run as the last event of it said; null before the first.</summary>
    public ThreadRun? Run { get; private set; }

    /// <summary>The messages as far as they have come, in their order; made when they are asked for.</summary>
    public IReadOnlyList<ThreadMessage> Messages => [.. _messages.Values.Select(message => message.Value)];

    /// <summary>The run's steps as far as they have come, in their order; made when they are asked for.</summary>
    public IReadOnlyList<ThreadRunStep> Steps => [.. _steps.Values.Select(step => step.Value)];

    /// <summary>The whole text so far that the last event added to: of a message, a function's arguments, a code, its logs. Null when it added to none.</summary>
    public string? CurrentText => _lastText?.ToString();

    /// <summary>The text that the last event added to as JSON that is still arriving. It goes on with the stream each time it is asked for.</summary>
    public PartialJson? CurrentJson => _lastText?.Json;

    /// <summary>True once the run has come to an end or waits for the outputs of tools.</summary>
    public bool IsComplete => Run?.Status.Value is "requires_action" or "completed" or "incomplete" or "failed" or "cancelled" or "expired";

    /// <summary>Takes the next event.</summary>
    public void Add(AssistantStreamEvent streamEvent)
    {
        ArgumentNullException.ThrowIfNull(streamEvent);
        _lastText = null;
        switch (streamEvent)
        {
            case ThreadStreamEvent thread:
                Thread = thread.Data;
                break;
            case ThreadMessageDeltaEvent { Data: { } delta }:
                _lastText = Of(_messages, delta.Id).Merge(delta.Delta);
                break;
            case ThreadRunStepDeltaEvent { Data: { } delta }:
                _lastText = Of(_steps, delta.Id).Merge(delta.Delta);
                break;
            default:
                Run = RunOf(streamEvent) ?? Run;
                AddWhole(streamEvent);
                break;
        }
    }

    /// <summary>The run at its end.</summary>
    /// <exception cref="InvalidOperationException">The stream ended before the run did.</exception>
    public ThreadRun GetFinal() => IsComplete ? Run! : throw new InvalidOperationException("The stream of the run ended before the run did: the answer is cut off.");

    private void AddWhole(AssistantStreamEvent streamEvent)
    {
        if (MessageOf(streamEvent) is { } message)
        {
            Of(_messages, message.Id).Set(message);
        }
        else if (StepOf(streamEvent) is { } step)
        {
            Of(_steps, step.Id).Set(step);
        }
    }

    private static GrowingObject<T> Of<T>(OrderedDictionary<string, GrowingObject<T>> all, string id)
        where T : class, IWireCodec<T>
    {
        if (!all.TryGetValue(id, out var one))
        {
            all.Add(id, one = new GrowingObject<T>(id));
        }

        return one;
    }

    private static ThreadRun? RunOf(AssistantStreamEvent streamEvent) => streamEvent switch
    {
        ThreadRunCreatedEvent e => e.Data,
        ThreadRunQueuedEvent e => e.Data,
        ThreadRunInProgressEvent e => e.Data,
        ThreadRunRequiresActionEvent e => e.Data,
        ThreadRunCompletedEvent e => e.Data,
        ThreadRunIncompleteEvent e => e.Data,
        ThreadRunFailedEvent e => e.Data,
        ThreadRunCancellingEvent e => e.Data,
        ThreadRunCancelledEvent e => e.Data,
        ThreadRunExpiredEvent e => e.Data,
        _ => null,
    };

    private static ThreadMessage? MessageOf(AssistantStreamEvent streamEvent) => streamEvent switch
    {
        ThreadMessageCreatedEvent e => e.Data,
        ThreadMessageInProgressEvent e => e.Data,
        ThreadMessageCompletedEvent e => e.Data,
        ThreadMessageIncompleteEvent e => e.Data,
        _ => null,
    };

    private static ThreadRunStep? StepOf(AssistantStreamEvent streamEvent) => streamEvent switch
    {
        ThreadRunStepCreatedEvent e => e.Data,
        ThreadRunStepInProgressEvent e => e.Data,
        ThreadRunStepCompletedEvent e => e.Data,
        ThreadRunStepFailedEvent e => e.Data,
        ThreadRunStepCancelledEvent e => e.Data,
        ThreadRunStepExpiredEvent e => e.Data,
        _ => null,
    };
}
