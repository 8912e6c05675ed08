namespace Switchboard.Gateway.Pipeline;

/// <summary>
/// How long the phases of one call took. Written by the stage whose phase it is, read once by the server for
/// the <c>Server-Timing</c> header.
/// </summary>
public sealed class CallTimings
{
    /// <summary>Waiting for a place, at the gateway's limit or that of a deployment or provider.</summary>
    public const string Queue = "queue";

    /// <summary>From the request to the provider to the head of its answer.</summary>
    public const string Connect = "connect";

    /// <summary>From the head of the provider's answer to its first byte.</summary>
    public const string FirstByte = "first_byte";

    /// <summary>An attempt that was not answered.</summary>
    public const string Failed = "failed";

    private readonly List<KeyValuePair<string, TimeSpan>> _phases = new(8);

    /// <summary>The phases so far, in the order they ended: access, queue, limits, cache, route, connect, first_byte.</summary>
    public IReadOnlyList<KeyValuePair<string, TimeSpan>> Phases => _phases;

    /// <summary>Told when the head of the provider's answer came.</summary>
    internal Action? Heard { get; set; }

    /// <summary>Notes that <paramref name="phase"/> took <paramref name="elapsed"/>.</summary>
    public void Add(string phase, TimeSpan elapsed)
    {
        _phases.Add(new(phase, elapsed));
        if (phase is Connect or FirstByte)
        {
            Heard?.Invoke();
        }
    }

    /// <summary>How long a phase took, all its turns together; null where it did not come to it.</summary>
    public TimeSpan? Of(string phase)
    {
        TimeSpan? sum = null;
        foreach (var (name, elapsed) in _phases)
        {
            if (name == phase)
            {
                sum = (sum ?? TimeSpan.Zero) + elapsed;
            }
        }

        return sum;
    }

    /// <summary>Forgets what an attempt noted of its provider, after the first so many phases; how long it waited for a place stays.</summary>
    internal void Forget(int phases)
    {
        for (var i = _phases.Count - 1; i >= phases; i--)
        {
            if (_phases[i].Key is Connect or FirstByte)
            {
                _phases.RemoveAt(i);
            }
        }
    }

    /// <summary>Takes the phases of another.</summary>
    internal void Take(CallTimings other)
    {
        _phases.Clear();
        _phases.AddRange(other._phases);
    }
}
