namespace Switchboard.Engine.Sampling;

/// <summary>SplitMix64: a seed's numbers are the same on every machine and .NET version.</summary>
internal sealed class RandomSource(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 up to, but not including, 1.</summary>
    public double NextDouble()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        return (mixed >> 11) * (1.0 / (1UL << 53));
    }
}
