using Switchboard.Gateway.Translation.Markup.Tools;

namespace Switchboard.Gateway.Translation.Markup.Reasoning;

/// <summary>Tells the reasoning of one text from the rest of it, as it comes.</summary>
/// <remarks>
/// White space right after a marker goes with it. No marker begins reasoning inside a call: there it is a word of an
/// argument.
/// </remarks>
internal sealed class ReasoningStage
{
    private readonly ReasoningForm _form;
    private readonly IMarkupOutput _output;
    private readonly ToolStage? _tools;
    private readonly HeldText _held = new();
    private State _state;
    private bool _skipsSpace;
    private bool _hasReasoned;
    private bool _waits;
    private int _searched;

    /// <param name="form">How the model marks its reasoning.</param>
    /// <param name="output">Takes text and reasoning.</param>
    /// <param name="tools">The same output where calls are looked for in the text.</param>
    public ReasoningStage(ReasoningForm form, IMarkupOutput output, ToolStage? tools)
    {
        _form = form;
        _output = output;
        _tools = tools;
        _state = form.Beginning switch
        {
            ReasoningBeginning.Forced => State.Lead,
            ReasoningBeginning.Deferred => State.Undecided,
            _ => State.Text,
        };
    }

    private enum State
    {
        Text,
        Lead,
        Reasoning,
        Undecided,
    }

    /// <summary>Takes the next piece.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        if (_held.Length == 0)
        {
            _held.Append(text[Take(text)..]);
        }
        else
        {
            _held.Append(text);
            _held.Drop(Take(_held.Span));
        }
    }

    /// <summary>No more comes: what is held is what it looks like.</summary>
    public void Finish()
    {
        Give(_held.Span, isReasoning: _state is State.Reasoning or State.Lead);
        _held.Drop(_held.Length);
        _state = _state == State.Undecided ? State.Text : _state;
    }

    // How much of the text is done with; the rest waits for more.
    private int Take(ReadOnlySpan<byte> text)
    {
        var at = 0;
        _waits = false;
        while (at < text.Length && !_waits)
        {
            var rest = text[at..];
            at += _state switch
            {
                State.Undecided => TakeBeginning(rest),
                State.Lead => TakeLead(rest),
                State.Reasoning => TakeReasoning(rest),
                _ => TakeText(rest),
            };
        }

        return at;
    }

    // The text is looked through once: what was searched before is not searched again.
    private int TakeBeginning(ReadOnlySpan<byte> text)
    {
        var whole = text[..Math.Min(text.Length, MarkupText.MostHeld)];
        var place = _form.OfBeginning.Find(whole[_searched..]);
        var at = _searched + place.At;
        if (!place.IsFound)
        {
            _searched = at;
            _waits = whole.Length < MarkupText.MostHeld;
            return _waits ? 0 : GiveBeginning(whole, State.Text);
        }

        // A marker that begins reasoning has text before it, one that ends it has reasoning.
        return GiveBeginning(whole[..at], place.Marker < _form.Starts.Length ? State.Text : State.Reasoning);
    }

    private int GiveBeginning(ReadOnlySpan<byte> text, State state)
    {
        _state = state;
        Give(text, isReasoning: state == State.Reasoning);
        return text.Length;
    }

    private int TakeLead(ReadOnlySpan<byte> text)
    {
        if (MarkupText.LeadingSpace(text) is > 0 and var space)
        {
            return space;
        }

        var place = _form.Lead.Find(text);
        if (place is { At: 0, IsFound: false })
        {
            _waits = true;
            return 0;
        }

        (_state, _skipsSpace) = (State.Reasoning, true);
        return place.At == 0 ? _form.Lead[place.Marker].Length : 0;
    }

    private int TakeReasoning(ReadOnlySpan<byte> text)
    {
        if (SkipSpace(text) is > 0 and var space)
        {
            return space;
        }

        var place = _form.OfReasoning.Find(text);
        Give(text[..place.At], isReasoning: true);
        _waits = !place.IsFound;
        if (!place.IsFound)
        {
            return place.At;
        }

        var isEnd = place.Marker < _form.Ends.Length;
        (_state, _skipsSpace) = (State.Text, isEnd);
        return place.At + (isEnd ? _form.OfReasoning[place.Marker].Length : 0);
    }

    private int TakeText(ReadOnlySpan<byte> text)
    {
        if (SkipSpace(text) is > 0 and var space)
        {
            return space;
        }

        if (_form.IsOnce && _hasReasoned)
        {
            Give(text, isReasoning: false);
            return text.Length;
        }

        var place = _form.OfText.Find(text);
        Give(text[..place.At], isReasoning: false);
        _waits = !place.IsFound;
        return place.At + (place.IsFound ? TakeMarker(place.Marker) : 0);
    }

    private int TakeMarker(int marker)
    {
        var text = _form.OfText[marker];
        if (_tools is { IsInCall: true })
        {
            Give(text, isReasoning: false);
        }
        else if (marker < _form.Starts.Length)
        {
            (_state, _hasReasoned) = (_form.HasLead ? State.Lead : State.Reasoning, true);
            _skipsSpace = true;
        }
        else
        {
            _skipsSpace = true;
        }

        return text.Length;
    }

    private int SkipSpace(ReadOnlySpan<byte> text)
    {
        var space = _skipsSpace ? MarkupText.LeadingSpace(text) : 0;
        _skipsSpace &= space > 0;
        return space;
    }

    private void Give(ReadOnlySpan<byte> text, bool isReasoning)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (isReasoning)
        {
            _output.Reasoning(text);
        }
        else
        {
            _output.Text(text);
        }
    }
}
