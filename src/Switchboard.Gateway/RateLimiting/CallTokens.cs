using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Routing.Choice;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>How many tokens a call may take, before anybody has counted them, and what user it names.</summary>
internal static class CallTokens
{
    // Beyond it a request may hold pictures or documents, whose bytes tell nothing of their tokens.
    private const int UsualBody = 64 * 1024;

    /// <summary>Estimates.</summary>
    /// <param name="call">The call.</param>
    /// <param name="askUser">Whether the user matters.</param>
    /// <returns>The tokens; and a number for the user that the request names, 0 for none.</returns>
    public static (long Tokens, ulong User) Read(GatewayCall call, bool askUser)
    {
        if (call.Body.IsEmpty)
        {
            return default;
        }

        var body = call.Body.Span;
        var (all, user) = CallTraits.Read(body, askUser ? StickyBy.User : StickyBy.None);
        var prompt = CallTraits.PromptTokens(body.Length);
        var answer = (long)(all - prompt) * call.Facts.Choices;
        return call.Operation switch
        {
            ApiOperation.ChatCompletions or ApiOperation.Completions or ApiOperation.Responses => (PromptOf(body, prompt) + answer, user),
            ApiOperation.Embeddings => (PromptOf(body, prompt), user),

            // What pictures and sound come to nobody knows before; they are counted when they are told.
            _ => (0, user),
        };
    }

    private static long PromptOf(ReadOnlySpan<byte> body, int byLength)
    {
        if (body.Length <= UsualBody)
        {
            return byLength;
        }

        try
        {
            return Math.Min(TokenEstimate.Of(body), byLength);
        }
        catch (JsonException)
        {
            // It was read before; what it is then is for others to say.
            return byLength;
        }
    }
}
