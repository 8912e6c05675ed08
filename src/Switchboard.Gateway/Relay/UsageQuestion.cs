using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// The usage of a stream comes only to those who ask. Where the caller did not, the gateway does, for its own
/// accounts; the answer to that is then not for the caller.
/// </summary>
internal static class UsageQuestion
{
    /// <summary>True when the gateway asks and the caller did not.</summary>
    public static bool IsOurs(GatewayCall call, ProviderSettings settings) =>
        settings.AskUsage
        && settings.Parameters.Of("stream_options") is null
        && call.Facts is { Stream: true, IncludeUsage: false }
        && call.Operation is ApiOperation.ChatCompletions or ApiOperation.Completions;

    /// <summary>Adds the question to the edits of a call's body, if it is ours.</summary>
    public static BodyEdits AddTo(BodyEdits edits, GatewayCall call, ProviderSettings settings)
    {
        if (IsOurs(call, settings))
        {
            call.Facts.UsagePlace.AskIn(edits, call.Body.Span);
        }

        return edits;
    }
}
