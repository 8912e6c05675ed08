using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Guardrails.Texts;

/// <summary>A JSON document in which some texts were changed, and where what lay in the old one lies now.</summary>
internal sealed class MaskedJson
{
    private readonly List<(int End, int Shift)> _shifts = [];

    /// <summary>Makes it.</summary>
    /// <param name="json">The old one.</param>
    /// <param name="changed">What is changed, in its order.</param>
    public MaskedJson(ReadOnlySpan<byte> json, IReadOnlyList<(FoundText Found, byte[] New)> changed)
    {
        var bytes = new byte[json.Length + changed.Sum(change => change.New.Length - change.Found.Length)];
        var (read, written) = (0, 0);
        foreach (var (found, text) in changed)
        {
            json[read..found.Start].CopyTo(bytes.AsSpan(written));
            written += found.Start - read;
            text.CopyTo(bytes.AsSpan(written));
            written += text.Length;
            read = found.Start + found.Length;
            _shifts.Add((read, written - read));
        }

        json[read..].CopyTo(bytes.AsSpan(written));
        Json = bytes;
    }

    /// <summary>The document as it is now.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Where a place of the old one, which is in none of the changed texts, is now.</summary>
    public int Move(int position)
    {
        var shift = 0;
        foreach (var (end, by) in _shifts)
        {
            if (end > position)
            {
                break;
            }

            shift = by;
        }

        return position + shift;
    }

    /// <inheritdoc cref="Move(int)"/>
    public Range Move(Range range) => range.Equals(default) ? default : Move(range.Start.Value)..Move(range.End.Value);

    /// <inheritdoc cref="Move(int)"/>
    public BodyEdits? Move(BodyEdits? edits) => edits?.Moved(Move);
}
