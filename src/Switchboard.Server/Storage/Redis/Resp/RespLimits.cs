namespace Switchboard.Server.Storage.Redis.Resp;

/// <summary>How large an answer may be. What says that it is larger is refused before it is read.</summary>
internal static class RespLimits
{
    /// <summary>The most bytes of one text.</summary>
    public const int MostBytes = 32 * 1024 * 1024;

    /// <summary>The most values of one answer, those inside others counted.</summary>
    public const int MostValues = 64 * 1024;

    /// <summary>How deep values may lie inside others.</summary>
    public const int MostDepth = 16;

    /// <summary>The most bytes of a line: a number, an error, a simple text.</summary>
    public const int MostLine = 64 * 1024;
}
