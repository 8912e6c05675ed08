namespace Switchboard.Server.Storage.Redis;

/// <summary>Answers of a server that will take no other write either: a replica, one whose memory is full, one that loads its data.</summary>
internal static class RedisRefusal
{
    private static readonly string[] s_codes = ["READONLY", "OOM", "MISCONF", "LOADING", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN"];

    /// <summary>The code of such an answer; null for any other.</summary>
    public static string? CodeOf(RedisReply reply) =>
        reply.IsOk || reply.Fault != RedisFault.None ? null : Array.Find(s_codes, code => reply.Value.IsError(code) || IsOfScript(reply, code));

    /// <summary>Why such a server is left alone.</summary>
    public static string ReasonOf(string code) => $"it takes no writes ({code})";

    // Before Redis 7 what went wrong in a script is told within an error of the script.
    private static bool IsOfScript(RedisReply reply, string code) =>
        reply.Value.IsError("ERR") && reply.Value.Text.Contains($"-{code} ", StringComparison.Ordinal);
}
