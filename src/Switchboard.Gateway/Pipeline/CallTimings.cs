namespace Switchboard.Gateway.Pipeline;

/// <summary>
/// How long the phases of one call took. Written by the stage whose phase it is, read once by the server for
/// the <c>Server-Timing</c> header.
/// </summary>
public sealed class CallTimings
{
    private readonly List<KeyValuePair<string, TimeSpan>> _phases = new(8);

    /// <summary>The phases so far, in the order they ended: access, limits, cache, route, connect, first_byte.</summary>
    public IReadOnlyList<KeyValuePair<string, TimeSpan>> Phases => _phases;

    /// <summary>Notes that <paramref name="phase"/> took <paramref name="elapsed"/>.</summary>
    public void Add(string phase, TimeSpan elapsed) => _phases.Add(new(phase, elapsed));
}
