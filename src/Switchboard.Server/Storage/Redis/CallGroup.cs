using Switchboard.Gateway.State.Shared;

namespace Switchboard.Server.Storage.Redis;

/// <summary>Calls of a batch that take the same: as many of them as fit are granted, those first that came first.</summary>
/// <param name="takes">What each of them takes.</param>
/// <param name="takesNothing">Whether they only look.</param>
internal sealed class CallGroup(ReadOnlyMemory<CounterTake> takes, bool takesNothing) : IEquatable<CallGroup>
{
    private readonly int _hash = HashOf(takes.Span, takesNothing);

    /// <summary>What each of them takes.</summary>
    public ReadOnlyMemory<CounterTake> Takes => takes;

    /// <summary>Whether they only look.</summary>
    public bool TakesNothing => takesNothing;

    /// <summary>How many numbers the script answers.</summary>
    public int Numbers => 2 + (takes.Length * RedisReservation.Parts);

    /// <summary>How many the script was asked for.</summary>
    public int Sent { get; set; }

    /// <summary>How many have read the answer.</summary>
    public int Read { get; set; }

    /// <summary>How many of them run now.</summary>
    public int Begun { get; set; }

    /// <summary>What the script answered.</summary>
    public long[]? Answer { get; set; }

    /// <inheritdoc/>
    public bool Equals(CallGroup? other) =>
        other is not null && other._hash == _hash && other.TakesNothing == takesNothing && takes.Span.SequenceEqual(other.Takes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CallGroup);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    private static int HashOf(ReadOnlySpan<CounterTake> takes, bool takesNothing)
    {
        var hash = takesNothing ? 1 : 0;
        foreach (var take in takes)
        {
            hash = HashCode.Combine(hash, take.Counter.GetHashCode(), take.Amount, take.Limit);
        }

        return hash;
    }
}
