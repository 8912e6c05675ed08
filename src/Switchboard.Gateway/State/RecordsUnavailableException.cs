namespace Switchboard.Gateway.State;

/// <summary>The database is away, or too busy: the same may work a little later.</summary>
public sealed class RecordsUnavailableException : RecordsException
{
    /// <inheritdoc/>
    public RecordsUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
