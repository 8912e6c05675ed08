namespace Switchboard.Testing.Upstream;

/// <summary>How the exchange of a request and its answer ended.</summary>
public enum ExchangeEnd
{
    /// <summary>The whole answer was handed to the socket.</summary>
    Answered,

    /// <summary>The client went away before that.</summary>
    ClientLeft,

    /// <summary>The upstream cut it: a misbehaviour or the end of the test.</summary>
    CutByUpstream,
}
