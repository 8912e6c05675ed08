using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Server.Logging;

namespace Switchboard.Server.Endpoints;

/// <summary>Runs a call over an HTTP request.</summary>
internal static class CallRun
{
    /// <summary>Runs it to its end.</summary>
    /// <returns>What the caller must be told; null when it was answered.</returns>
    public static async ValueTask<GatewayError?> RunAsync(this GatewayGeneration gateway, HttpContext context, GatewayCall call, HttpAnswerSink sink, CancellationToken cancellationToken)
    {
        sink.Call = call;
        var outcome = await gateway.Pipeline.RunAsync(call, cancellationToken);
        RequestScope.Current?.IsCallerGone = outcome.IsCallerGone;
        if (outcome.IsError)
        {
            CallHeaders.Write(context.Response, call);
        }

        return outcome.Error;
    }
}
