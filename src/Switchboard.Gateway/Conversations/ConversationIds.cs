using Switchboard.Gateway.Translation.Responses;

namespace Switchboard.Gateway.Conversations;

/// <summary>
/// The names of a conversation. It has one id, 128 bits, which <c>/api/v1</c> writes as a UUID and <c>/v1/conversations</c>
/// as <c>conv_sb…</c>: the same conversation can be asked for by both.
/// </summary>
public static class ConversationIds
{
    private const int Length = 36;

    /// <summary>A new one.</summary>
    public static string New() => Guid.NewGuid().ToString("N");

    /// <summary>The id in a UUID with its hyphens, in either case; null where the text is none.</summary>
    public static string? OfUuid(string text) => text is { Length: Length } && Guid.TryParseExact(text, "D", out var id) ? id.ToString("N") : null;

    /// <summary>It as a UUID.</summary>
    public static string ToUuid(string id) => Guid.ParseExact(id, "N").ToString("D");

    /// <summary>The id in one of <c>/v1/conversations</c>; null where the text is none of ours.</summary>
    internal static string? OfOpenAI(string text) =>
        text.StartsWith(ResponseIds.ConversationHead, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(ResponseIds.ConversationHead.Length), "N", out var id) ? id.ToString("N") : null;

    /// <summary>It as <c>/v1/conversations</c> has it.</summary>
    internal static string ToOpenAI(string id) => ResponseIds.ConversationHead + id;
}
