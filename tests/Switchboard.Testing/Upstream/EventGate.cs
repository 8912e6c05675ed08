using System.Threading.Channels;

namespace Switchboard.Testing.Upstream;

/// <summary>Holds the events of one stream until a test lets them go, one ticket an event.</summary>
internal sealed class EventGate
{
    private readonly Channel<TaskCompletionSource> _tickets = Channel.CreateUnbounded<TaskCompletionSource>();

    /// <summary>Hands in a ticket; the task ends when the event that used it was written.</summary>
    public Task ReleaseAsync()
    {
        var ticket = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _tickets.Writer.TryWrite(ticket)
            ? ticket.Task
            : Task.FromException(new InvalidOperationException("The stream is not held any more: it was let go or has ended."));
    }

    /// <summary>Waits for a ticket; null once the gate stands open.</summary>
    public async ValueTask<TaskCompletionSource?> PassAsync(CancellationToken cancellationToken)
    {
        while (await _tickets.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_tickets.Reader.TryRead(out var ticket))
            {
                return ticket;
            }
        }

        return null;
    }

    public void Open() => _tickets.Writer.TryComplete();

    /// <summary>The stream has ended: who still waits for an event learns that none will come.</summary>
    public void Close()
    {
        Open();
        while (_tickets.Reader.TryRead(out var ticket))
        {
            ticket.TrySetException(new InvalidOperationException("The stream ended before this event."));
        }
    }
}
