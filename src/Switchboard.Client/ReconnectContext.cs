namespace Switchboard.Client;

/// <summary>What the hook of a connection is told before each attempt to open it again, and what it may change.</summary>
/// <typeparam name="TOptions">The connection's options.</typeparam>
/// <typeparam name="TEvent">What the connection sends.</typeparam>
public sealed class ReconnectContext<TOptions, TEvent>
{
    internal ReconnectContext(int attempt, ApiException cause, TOptions options)
    {
        Attempt = attempt;
        Cause = cause;
        Options = options;
    }

    /// <summary>Which attempt it is, from 1.</summary>
    public int Attempt { get; }

    /// <summary>Why the connection ended, or why the attempt before failed.</summary>
    public ApiException Cause { get; }

    /// <summary>Where this attempt and all later ones connect to; the socket's own options are those of the beginning.</summary>
    public TOptions Options { get; set; }

    /// <summary>What to send first, before the events that wait: a <c>session.update</c>, the conversation so far. Empty at every attempt.</summary>
    public IList<TEvent> First { get; } = [];

    /// <summary>Set it to let the connection end with <see cref="Cause"/>.</summary>
    public bool GivesUp { get; set; }
}
