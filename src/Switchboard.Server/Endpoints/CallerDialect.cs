using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints;

/// <summary>Whose API the caller of a request speaks: errors are told in it.</summary>
internal static class CallerDialect
{
    private static readonly object s_key = new();

    /// <summary>The dialect of a request; OpenAI's where nothing else was said.</summary>
    public static ApiDialect Of(HttpContext context) =>
        context.Items.TryGetValue(s_key, out var dialect) && dialect is ApiDialect known ? known : ApiDialect.OpenAI;

    /// <summary>Says what it is.</summary>
    public static void Set(HttpContext context, ApiDialect dialect) => context.Items[s_key] = dialect;

    /// <summary>Anthropic's SDKs look for the request's id under a name of their own.</summary>
    public static void WriteRequestId(HttpContext context)
    {
        if (Of(context) == ApiDialect.Anthropic)
        {
            context.Response.Headers["request-id"] = context.TraceIdentifier;
        }
    }
}
