namespace Switchboard.Client;

/// <summary>A websocket was closed by the server, or broke.</summary>
public sealed class ApiSocketClosedException : ApiConnectionException
{
    /// <summary>The code that stands for a connection that broke without a close (RFC 6455, 7.1.5).</summary>
    public const int Abnormal = 1006;

    internal ApiSocketClosedException(string message, int closeCode, string? closeReason, Exception? cause = null)
        : base(message, cause, isTransient: closeCode is 1001 or Abnormal or 1011 or 1012 or 1013 or 1014)
    {
        CloseCode = closeCode;
        CloseReason = closeReason;
    }

    /// <summary>The close code (RFC 6455, 7.4), such as 1008 for what the server's rules forbid; <see cref="Abnormal"/> where there was none.</summary>
    public int CloseCode { get; }

    /// <summary>What the server says of it, or null.</summary>
    public string? CloseReason { get; }

    /// <summary>Nothing was wrong: closed, or closed without a word.</summary>
    internal bool IsNormal => CloseCode is 1000 or 1005;
}
