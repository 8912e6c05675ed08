namespace Switchboard.Server.Storage.Redis;

/// <summary>Why a command has no answer.</summary>
internal enum RedisFault
{
    /// <summary>It has one, though it may be an error.</summary>
    None,

    /// <summary>There is no connection; nothing was sent.</summary>
    NotConnected,

    /// <summary>Too many commands wait already; nothing was sent.</summary>
    Busy,

    /// <summary>No answer came in time. It may come later.</summary>
    TimedOut,

    /// <summary>The connection broke. Nobody knows whether the command was carried out.</summary>
    Broken,
}
