using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>What stands before all that is for administrators alone.</summary>
internal static class AdminGuard
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(2);

    /// <summary>A handler that only administrators come to. Where nobody is asked for a key, nobody is an administrator.</summary>
    public static ApiHandler Of(ApiHandler handler) => async (context, cancellationToken) =>
    {
        var caller = RequestCaller.Of(context);
        if (!caller.IsAdministrator)
        {
            return caller.IsAnonymous
                ? AdminErrors.Forbidden("There is no administrator yet: set access.master_key (SWITCHBOARD_MASTER_KEY), or make a key with `switchboard keys create NAME --administrator`.")
                : AdminErrors.Forbidden("An administrator's key is needed for this.");
        }

        context.Response.Headers.CacheControl = "no-store";
        try
        {
            return await handler(context, cancellationToken);
        }
        catch (RecordsUnavailableException)
        {
            return new GatewayError(503, new ErrorBody("The database does not answer. Try again in a moment.", ErrorTypes.Overloaded, null, "records_unavailable"), s_retry);
        }
    };
}
