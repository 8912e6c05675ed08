namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>Finds the calls in one text, as it comes. Whatever is no call is given on as it was.</summary>
/// <remarks>White space right after a call goes with it.</remarks>
internal sealed class ToolStage : IMarkupOutput
{
    private readonly ToolForm[] _forms;
    private readonly MarkerSet _openings;
    private readonly IMarkupOutput _output;
    private readonly HeldText _held = new();
    private readonly CallBlock _block;
    private IEnumerator<bool>? _reading;
    private bool _isAtStart = true;
    private bool _skipsSpace;

    public ToolStage(ToolForm[] forms, ToolSchemas schemas, IMarkupOutput output)
    {
        _forms = forms;
        _openings = new MarkerSet([.. forms.SelectMany(form => form.Openings)]);
        _output = output;
        _block = new CallBlock(_held, schemas, output);
    }

    /// <summary>True inside of what may be a call; not between a call and the next.</summary>
    public bool IsInCall => IsReading && !(_block.HasCommitted && MarkupText.LeadingSpace(_held.Span) == _held.Length);

    private bool IsReading => _reading is not null;

    /// <inheritdoc/>
    public void Text(ReadOnlySpan<byte> text)
    {
        if (_held.Length == 0 && !IsReading)
        {
            text = text[TakeText(text)..];
            if (text.IsEmpty)
            {
                return;
            }
        }

        _held.Append(text);
        Drain();
    }

    /// <inheritdoc/>
    public void Reasoning(ReadOnlySpan<byte> text)
    {
        // No marker goes on behind it.
        if (!IsReading)
        {
            GiveBack(_held.Length);
        }

        _output.Reasoning(text);
    }

    /// <inheritdoc/>
    public void ToolCall(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments) => _output.ToolCall(id, name, arguments);

    /// <summary>No more comes: what is whole but for its last marker is a call, the rest is text.</summary>
    public void Finish()
    {
        _block.IsWhole = true;
        Drain();
        GiveBack(_held.Length);
        _block.IsWhole = false;
    }

    private void Drain()
    {
        while (IsReading || _held.Length > 0)
        {
            if (!IsReading)
            {
                _held.Drop(TakeText(_held.Span));
            }

            if (!IsReading || !ReadCalls())
            {
                return;
            }
        }
    }

    // How much of the text is none of a call; where one may begin, it is being read afterwards.
    private int TakeText(ReadOnlySpan<byte> text)
    {
        var space = _skipsSpace || _isAtStart ? MarkupText.LeadingSpace(text) : 0;
        if (!_skipsSpace)
        {
            Give(text[..space]);
        }

        var rest = text[space..];
        if (rest.IsEmpty)
        {
            return text.Length;
        }

        var isBare = _isAtStart && rest[0] == '{' && Array.Exists(_forms, form => form.MayBeBare);
        (_isAtStart, _skipsSpace) = (false, false);
        if (isBare)
        {
            Open(Array.Find(_forms, form => form.MayBeBare)!, -1, 0);
            return space;
        }

        var place = _openings.Find(rest);
        Give(rest[..place.At]);
        if (place.IsFound)
        {
            Open(place.Marker);
        }

        return space + place.At;
    }

    private void Open(int marker)
    {
        var length = _openings[marker].Length;
        foreach (var form in _forms)
        {
            if (marker < form.Openings.Length)
            {
                Open(form, marker, length);
                return;
            }

            marker -= form.Openings.Length;
        }
    }

    private void Open(ToolForm form, int opening, int length)
    {
        _block.Begin(opening, length);
        _reading = form.Read(_block);
    }

    // False where it needs more text.
    private bool ReadCalls()
    {
        if (ReadOn())
        {
            if (_held.Length < MarkupText.MostHeld)
            {
                return false;
            }

            _block.PassAll();
        }

        _reading = null;
        _skipsSpace = _block.IsAccepted;
        if (_block.IsAccepted)
        {
            _held.Drop(_block.At);
        }
        else
        {
            GiveBack(_block.At);
        }

        return true;
    }

    private bool ReadOn()
    {
        try
        {
            return _reading!.MoveNext();
        }
        catch (InvalidOperationException)
        {
            // A name or a value, of the call or of the tool's schema, that escapes half a character: what cannot be read is no call.
            return false;
        }
    }

    private void GiveBack(int length)
    {
        Give(_held.Span[..length]);
        _held.Drop(length);
    }

    private void Give(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            _output.Text(text);
        }
    }
}
