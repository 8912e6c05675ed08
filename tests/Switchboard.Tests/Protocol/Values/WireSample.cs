using FsCheck;
using FsCheck.Fluent;
using Switchboard.Testing.Json;
using Switchboard.Tests.Protocol.Corpus;

namespace Switchboard.Tests.Protocol.Values;

/// <summary>One random value of a wire type, told by what makes it again: <c>WireValues.Random(type, seed, size)</c>.</summary>
internal sealed record WireSample(Type Type, int Seed, int Size)
{
    public object Value() => WireValues.Random(Type, Seed, Size);

    /// <summary>Writes the value, reads it, writes that: the first thing that is not as it was, or null.</summary>
    public string? Fault(WireType type)
    {
        var value = Value();
        var json = type.Write(value);
        var read = type.Read(json);
        if (JsonDifference.Between(json, type.Write(read)) is [var difference, ..])
        {
            return $"{difference}";
        }

        return value.GetType() == read.GetType() && (!value.Equals(read) || value.GetHashCode() != read.GetHashCode())
            ? "not equal as values, though they are as JSON"
            : MemberDifference.Find(value, read);
    }

    /// <summary>Samples of a type; a smaller one of the same seed is simpler.</summary>
    public static Arbitrary<WireSample> Of(Type type) => Arb.From(
        Gen.Sized(size => Gen.Choose(0, int.MaxValue).Select(seed => new WireSample(type, seed, Math.Min(size, 100)))),
        sample => new[] { 0, sample.Size / 2, sample.Size - 1 }.Where(size => size >= 0 && size < sample.Size).Distinct().Select(size => sample with { Size = size }));
}
