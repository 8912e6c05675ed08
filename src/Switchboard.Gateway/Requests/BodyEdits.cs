using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Requests;

/// <summary>
/// What is put in place of parts of a request's body on its way to a provider. The bytes that stay are not copied:
/// the body goes out as the pieces around the edits.
/// </summary>
/// <remarks>Positions are those of the body as it came, whatever else is edited. Not thread-safe.</remarks>
internal sealed class BodyEdits
{
    private readonly List<Edit> _edits;

    /// <summary>No edits yet.</summary>
    public BodyEdits() => _edits = [];

    /// <summary>The edits of another, to which more can be added without changing it.</summary>
    public BodyEdits(BodyEdits? others) => _edits = others is null ? [] : [.. others._edits];

    /// <summary>True when the body goes out as it came.</summary>
    public bool IsEmpty => _edits.Count == 0;

    /// <summary>How many bytes the body gets longer (or shorter).</summary>
    public long Growth
    {
        get
        {
            var growth = 0L;
            foreach (var edit in _edits)
            {
                growth += edit.Text.Length - edit.Length;
            }

            return growth;
        }
    }

    /// <summary>Puts bytes in place of a range. An empty range is a place to insert at, in the order of the calls.</summary>
    /// <exception cref="ArgumentException">The range overlaps one that was replaced before.</exception>
    public void Replace(int start, int length, ReadOnlyMemory<byte> text) => Add(new Edit(start, length, text));

    /// <summary>Puts bytes in place of a range.</summary>
    /// <exception cref="ArgumentException">The range overlaps one that was replaced before.</exception>
    public void Replace(Range range, ReadOnlyMemory<byte> text) => Replace(range.Start.Value, range.End.Value - range.Start.Value, text);

    /// <summary>True when an edit was made in a range, or around it.</summary>
    public bool Touches(Range range) => _edits.Exists(edit => edit.Start < range.End.Value && edit.End > range.Start.Value);

    /// <summary>Leaves a range out.</summary>
    /// <exception cref="ArgumentException">The range overlaps one that was replaced before.</exception>
    public void Cut(int start, int length) => Replace(start, length, ReadOnlyMemory<byte>.Empty);

    /// <summary>Puts a member in front of the others of the body, which is an object that has some.</summary>
    public void AddMember(ReadOnlySpan<byte> body, string name, ReadOnlySpan<byte> value) =>
        Add(new Edit(body.IndexOf((byte)'{') + 1, 0, (byte[])[.. Quote(name), (byte)':', .. value, (byte)',']) { Member = name });

    /// <summary>These, and others that overlap none of them.</summary>
    public BodyEdits With(BodyEdits? others)
    {
        foreach (var edit in others?._edits ?? [])
        {
            Add(edit);
        }

        return this;
    }

    /// <summary>These without those that only leave something out, and those that lie where others do.</summary>
    public BodyEdits Beside(BodyEdits others)
    {
        var rest = new BodyEdits();
        rest._edits.AddRange(_edits.Where(edit => !edit.Text.IsEmpty && !others.Touches(edit.Start..edit.End)));
        return rest;
    }

    /// <summary>These, the members that they add under other names.</summary>
    /// <param name="nameOf">The name in place of another; null for a member that is not added.</param>
    public BodyEdits Renamed(Func<string, string?> nameOf)
    {
        var renamed = new BodyEdits();
        foreach (var edit in _edits)
        {
            if (edit.Member is null)
            {
                renamed._edits.Add(edit);
            }
            else if (nameOf(edit.Member) is { } name)
            {
                renamed._edits.Add(edit.Named(name));
            }
        }

        return renamed;
    }

    /// <summary>These in a body in which what they are about lies elsewhere.</summary>
    public BodyEdits Moved(Func<int, int> move)
    {
        var moved = new BodyEdits();
        foreach (var edit in _edits)
        {
            var start = move(edit.Start);
            moved._edits.Add(edit with { Start = start, Length = move(edit.End) - start });
        }

        return moved;
    }

    /// <summary>The pieces of the edited body, in order.</summary>
    public ReadOnlyMemory<byte>[] Over(ReadOnlyMemory<byte> body)
    {
        var pieces = new ReadOnlyMemory<byte>[(2 * _edits.Count) + 1];
        var position = 0;
        for (var i = 0; i < _edits.Count; i++)
        {
            pieces[2 * i] = body[position.._edits[i].Start];
            pieces[(2 * i) + 1] = _edits[i].Text;
            position = _edits[i].End;
        }

        pieces[^1] = body[position..];
        return pieces;
    }

    /// <summary>The edited body in one piece: a copy, unless there is no edit.</summary>
    public ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> body)
    {
        if (IsEmpty)
        {
            return body;
        }

        var whole = new byte[body.Length + Growth];
        var position = 0;
        foreach (var piece in Over(body))
        {
            piece.CopyTo(whole.AsMemory(position));
            position += piece.Length;
        }

        return whole;
    }

    /// <summary>A text as a JSON string, quotes included.</summary>
    public static byte[] Quote(string text)
    {
        var escaped = JsonEncodedText.Encode(text).EncodedUtf8Bytes;
        var quoted = new byte[escaped.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        escaped.CopyTo(quoted.AsSpan(1));
        return quoted;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(", ", _edits.Select(edit => $"{edit.Start}..{edit.End} \u2192 {Encoding.UTF8.GetString(edit.Text.Span)}"));

    private void Add(Edit edit)
    {
        var at = _edits.Count;
        while (at > 0 && edit.StandsBefore(_edits[at - 1]))
        {
            at--;
        }

        if ((at > 0 && _edits[at - 1].End > edit.Start) || (at < _edits.Count && edit.End > _edits[at].Start))
        {
            throw new ArgumentException("Two edits overlap.", nameof(edit));
        }

        _edits.Insert(at, edit);
    }

    private readonly record struct Edit(int Start, int Length, ReadOnlyMemory<byte> Text)
    {
        public int End => Start + Length;

        // The name of the member that is added; null where anything else is put in.
        public string? Member { get; init; }

        public Edit Named(string name) => this with { Member = name, Text = (byte[])[.. Quote(name), .. Text.Span[Quote(Member!).Length..]] };

        // What is inserted where a replaced range begins stands before it.
        public bool StandsBefore(Edit other) => Start < other.Start || (Start == other.Start && Length == 0 && other.Length > 0);
    }
}
