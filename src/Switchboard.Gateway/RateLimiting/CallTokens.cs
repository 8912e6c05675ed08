using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Routing.Choice;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>How many tokens a call may take, before anybody has counted them.</summary>
internal static class CallTokens
{
    /// <summary>Estimates.</summary>
    public static long Of(GatewayCall call) => call.Operation switch
    {
        _ when call.Body.IsEmpty => 0,
        ApiOperation.ChatCompletions or ApiOperation.Completions or ApiOperation.Responses =>
            TokenEstimate.OfRequest(call.Body.Span) + ((long)CallTraits.AnswerTokens(call.Facts) * call.Facts.Choices),
        ApiOperation.Embeddings => TokenEstimate.OfRequest(call.Body.Span),

        // What pictures and sound come to nobody knows before; they are counted when they are told.
        _ => 0,
    };
}
