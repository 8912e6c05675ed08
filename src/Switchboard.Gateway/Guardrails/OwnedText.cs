namespace Switchboard.Gateway.Guardrails;

/// <summary>Characters, each of which belongs to the piece that brought it. Reused: nothing is allocated once it has its size.</summary>
internal sealed class OwnedText
{
    private char[] _chars = [];
    private int[] _owners = [];

    /// <summary>How many there are.</summary>
    public int Length { get; private set; }

    /// <summary>The characters.</summary>
    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, Length);

    /// <summary>Whose they are.</summary>
    public ReadOnlySpan<int> Owners => _owners.AsSpan(0, Length);

    /// <summary>Adds characters of one piece.</summary>
    public void Append(ReadOnlySpan<char> chars, int owner)
    {
        Grow(chars.Length);
        chars.CopyTo(_chars.AsSpan(Length));
        _owners.AsSpan(Length, chars.Length).Fill(owner);
        Length += chars.Length;
    }

    /// <summary>Adds some of another.</summary>
    public void Append(OwnedText other, int start, int length)
    {
        Grow(length);
        other._chars.AsSpan(start, length).CopyTo(_chars.AsSpan(Length));
        other._owners.AsSpan(start, length).CopyTo(_owners.AsSpan(Length));
        Length += length;
    }

    /// <summary>Adds all of another, and empties that.</summary>
    public void Take(OwnedText other)
    {
        Append(other, 0, other.Length);
        other.Length = 0;
    }

    /// <summary>Forgets the first characters.</summary>
    public void RemoveFirst(int count)
    {
        _chars.AsSpan(count, Length - count).CopyTo(_chars);
        _owners.AsSpan(count, Length - count).CopyTo(_owners);
        Length -= count;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Length = 0;

    private void Grow(int more)
    {
        if (Length + more > _chars.Length)
        {
            var size = Math.Max(Length + more, Math.Max(64, _chars.Length * 2));
            Array.Resize(ref _chars, size);
            Array.Resize(ref _owners, size);
        }
    }
}
