namespace Switchboard.Server.Endpoints.Admin;

/// <summary>What stands before all that is for administrators alone.</summary>
internal static class AdminGuard
{
    /// <summary>A handler that only administrators come to. Where nobody is asked for a key, nobody is an administrator.</summary>
    public static ApiHandler Of(ApiHandler handler) => (context, cancellationToken) =>
    {
        var caller = RequestCaller.Of(context);
        if (!caller.IsAdministrator)
        {
            return new(caller.IsAnonymous
                ? AdminErrors.Forbidden("There is no administrator yet: set access.master_key (SWITCHBOARD_MASTER_KEY), or make a key with `switchboard keys create NAME --administrator`.")
                : AdminErrors.Forbidden("An administrator's key is needed for this."));
        }

        context.Response.Headers.CacheControl = "no-store";
        return handler(context, cancellationToken);
    };
}
