using Switchboard.Protocol.Realtime;

namespace Switchboard.Client.Realtime;

/// <summary>Keeps in mind what the model is saying, so that it can be interrupted.</summary>
internal sealed class RealtimePlayback
{
    // 24 kHz of 16 bits, the only PCM that there is; the other formats have 8 kHz of 8 bits.
    private const int BytesOfPcmMillisecond = 48;
    private const int BytesOfOtherMillisecond = 8;

    private readonly Lock _lock = new();
    private string? _response;
    private string? _item;
    private int _content;
    private long _bytes;
    private int _bytesOfMillisecond = BytesOfPcmMillisecond;

    public void Observe(RealtimeServerEvent serverEvent)
    {
        switch (serverEvent)
        {
            case RealtimeResponseAudioDeltaEvent delta:
                Hear(delta);
                break;
            case RealtimeResponseCreatedEvent created:
                Begin(created.Response.Id);
                break;
            case RealtimeResponseDoneEvent:
                Begin(null);
                break;
            case RealtimeSessionCreatedEvent created:
                Restart(created.Session as RealtimeSession);
                break;
            case RealtimeSessionUpdatedEvent updated:
                SetFormat(updated.Session as RealtimeSession);
                break;
        }
    }

    /// <summary>What to say to the server to cut the model short, and from now on nothing is being said.</summary>
    /// <param name="played">How much of the item was heard; null for all that has come.</param>
    public IReadOnlyList<RealtimeClientEvent> Interrupt(TimeSpan? played)
    {
        lock (_lock)
        {
            var events = new List<RealtimeClientEvent>();
            if (_response is not null)
            {
                events.Add(new RealtimeResponseCancelClientEvent { ResponseId = _response });
            }

            if (_item is not null)
            {
                // More than there is would be refused.
                var most = _bytes / _bytesOfMillisecond;
                events.Add(new RealtimeConversationItemTruncateClientEvent(_item, _content, played is { } time ? Math.Clamp((long)time.TotalMilliseconds, 0, most) : most));
            }

            (_response, _item) = (null, null);
            return events;
        }
    }

    private void Hear(RealtimeResponseAudioDeltaEvent delta)
    {
        lock (_lock)
        {
            if (_item != delta.ItemId || _content != delta.ContentIndex)
            {
                (_item, _content, _bytes) = (delta.ItemId, delta.ContentIndex, 0);
            }

            _bytes += delta.Delta.Length;
        }
    }

    private void Begin(string? response)
    {
        lock (_lock)
        {
            _response = response;
        }
    }

    /// <summary>Another session knows nothing of what the one before it said.</summary>
    private void Restart(RealtimeSession? session)
    {
        lock (_lock)
        {
            (_response, _item) = (null, null);
        }

        SetFormat(session);
    }

    private void SetFormat(RealtimeSession? session)
    {
        if (session?.Audio?.Output?.Format is { } format)
        {
            lock (_lock)
            {
                _bytesOfMillisecond = format is RealtimeAudioFormatAudioPcmu or RealtimeAudioFormatAudioPcma ? BytesOfOtherMillisecond : BytesOfPcmMillisecond;
            }
        }
    }
}
