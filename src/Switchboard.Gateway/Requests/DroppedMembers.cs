namespace Switchboard.Gateway.Requests;

/// <summary>The ranges to cut out of an object so that it loses members and stays JSON: each goes with the comma at its side.</summary>
internal struct DroppedMembers
{
    private BodyEdits? _edits;
    private bool _hasKept;
    private int _previousEnd;
    private int? _cutFrom;

    /// <summary>Notes that a member begins.</summary>
    public void Pass(int start)
    {
        // Nothing is kept before the one that was dropped: it goes up to where this one begins.
        if (_cutFrom is { } from)
        {
            (_edits ??= new BodyEdits()).Cut(from, start - from);
            _cutFrom = null;
        }
    }

    /// <summary>Notes that a member ends.</summary>
    public void End(int start, int end, bool isDropped)
    {
        if (!isDropped)
        {
            _hasKept = true;
        }
        else if (_hasKept)
        {
            (_edits ??= new BodyEdits()).Cut(_previousEnd, end - _previousEnd);
        }
        else
        {
            _cutFrom = start;
        }

        _previousEnd = end;
    }

    /// <summary>The cuts; null where there is none. A body that keeps no member has none.</summary>
    public readonly BodyEdits? ToEdits() => _edits;
}
