using System.Collections.ObjectModel;
using System.Numerics;

namespace Switchboard.Protocol.Json;

/// <summary>What every object of the wire has: the members that the specification does not name, and equality as JSON.</summary>
public abstract record WireObject
{
    // Bit i: member i was null on the wire, or was set to null where null says something.
    private protected ulong Nulls;

    private IReadOnlyDictionary<string, RawJson>? _extra;

    private protected WireObject()
    {
    }

    /// <summary>The members that the specification does not name, by name; they are written back, unless a property says the same member. Empty by default.</summary>
    public IReadOnlyDictionary<string, RawJson> Extra
    {
        get => _extra ?? ReadOnlyDictionary<string, RawJson>.Empty;
        init => _extra = value is { Count: > 0 } ? value : null;
    }

    /// <summary>Writes the object as JSON.</summary>
    public virtual void WriteTo(ref WireWriter writer)
    {
        writer.WriteStartObject();
        var written = WriteMembers(ref writer);
        var said = written | Nulls;
        for (var nulls = Nulls & ~written; nulls != 0; nulls &= nulls - 1)
        {
            writer.WriteName(MemberName(BitOperations.TrailingZeroCount(nulls)));
            writer.WriteNull();
        }

        if (_extra is { } extra)
        {
            foreach (var (name, value) in extra)
            {
                // What a caller adds beside a member that is set would make two of one name.
                if (IndexOf(Encoding.UTF8.GetBytes(name)) is not (>= 0 and var member) || (said & (1UL << member)) == 0)
                {
                    writer.WriteName(name);
                    RawJson.Write(ref writer, value);
                }
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>True when both are of one type and the same JSON: the order of members and the spelling of numbers and text do not matter.</summary>
    public virtual bool Equals(WireObject? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || GetType() != other.GetType())
        {
            return false;
        }

        using var own = ScratchWriter.Rent();
        using var others = ScratchWriter.Rent();
        WriteAll(own);
        other.WriteAll(others);
        return JsonEquality.AreEqual(own.WrittenMemory, others.WrittenMemory);
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        using var json = ScratchWriter.Rent();
        WriteAll(json);
        return HashCode.Combine(GetType(), JsonEquality.Hash(json.WrittenMemory));
    }

    /// <summary>The object as JSON text.</summary>
    public sealed override string ToString()
    {
        using var json = ScratchWriter.Rent();
        WriteAll(json);
        return json.ToString();
    }

    /// <summary>Decides what becomes of a member: true when its value is to be read by its codec.</summary>
    /// <param name="reader">Stands on the member's value.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="member">The member's index, or -1 for one that the specification does not name: it goes to <see cref="Extra"/>.</param>
    /// <param name="seen">Bit i: member i has come already.</param>
    /// <param name="kinds">The kinds of value that each member may have, any when empty; one of another kind goes to <see cref="Extra"/>, so that a server's own idea of it is not lost and not fatal.</param>
    /// <exception cref="JsonException">The member has come already.</exception>
    private protected bool Take(ref WireReader reader, ReadOnlySpan<byte> name, int member, scoped ref ulong seen, ReadOnlySpan<WireKinds> kinds = default)
    {
        if (member < 0)
        {
            TakeExtra(ref reader, name);
            return false;
        }

        var bit = 1UL << member;
        if ((seen & bit) != 0)
        {
            throw JsonFault.Duplicate(name);
        }

        seen |= bit;
        if (reader.IsNull)
        {
            Nulls |= bit;
            return false;
        }

        if (!kinds.IsEmpty && (kinds[member] & reader.Kind) == 0)
        {
            TakeExtra(ref reader, name);
            return false;
        }

        return true;
    }

    /// <summary>Writes the members that have a value; returns which, bit i for member i.</summary>
    private protected abstract ulong WriteMembers(ref WireWriter writer);

    /// <summary>The index of a member, by its name in UTF-8; -1 for one that the specification does not name.</summary>
    private protected abstract int IndexOf(ReadOnlySpan<byte> name);

    /// <summary>The name of a member as it stands on the wire, in quotes and with its colon.</summary>
    private protected abstract ReadOnlySpan<byte> MemberName(int member);

    private void TakeExtra(ref WireReader reader, ReadOnlySpan<byte> name)
    {
        var extra = (OrderedDictionary<string, RawJson>)(_extra ??= new OrderedDictionary<string, RawJson>(StringComparer.Ordinal));
        if (!extra.TryAdd(WireReader.Text(name), reader.ReadRaw()))
        {
            throw JsonFault.Duplicate(name);
        }
    }

    private void WriteAll(ScratchWriter output)
    {
        var writer = new WireWriter(output);
        WriteTo(ref writer);
        writer.Flush();
    }
}
