namespace Switchboard.Gateway.Translation.Markup;

/// <summary>Text that waits for more of it to come: appended at its end, dropped from its beginning.</summary>
internal sealed class HeldText
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    /// <summary>What is held.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, _end - _start);

    /// <summary>How many bytes are held.</summary>
    public int Length => _end - _start;

    /// <summary>Adds a piece to the end.</summary>
    public void Append(ReadOnlySpan<byte> text)
    {
        if (_bytes.Length - _end < text.Length)
        {
            MakeRoom(text.Length);
        }

        text.CopyTo(_bytes.AsSpan(_end));
        _end += text.Length;
    }

    /// <summary>Forgets the first bytes.</summary>
    public void Drop(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    private void MakeRoom(int more)
    {
        // Doubled, so that bytes are moved a bounded number of times.
        var bytes = new byte[Math.Max(256, 2 * (Length + more))];
        Span.CopyTo(bytes);
        (_bytes, _start, _end) = (bytes, 0, Length);
    }
}
