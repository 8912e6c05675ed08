using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Switchboard.Gateway.Access;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>What all calls of administrators have in common.</summary>
internal static class AdminRequest
{
    /// <summary>The id in the path.</summary>
    public static string IdOf(HttpContext context) => context.GetRouteValue("id") as string ?? "";

    /// <summary>Who does what, for the log.</summary>
    public static AuditNote Note(HttpContext context, string action)
    {
        var caller = RequestCaller.Of(context);
        return new AuditNote(caller.KeyId!, action) { Address = caller.Address?.ToString(), RequestId = context.TraceIdentifier };
    }
}
