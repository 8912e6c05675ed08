using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Server.Endpoints.OpenAI;

namespace Switchboard.Server.Logging;

/// <summary>The request that whatever happens now belongs to. Set once a request; read only when a line is written.</summary>
internal sealed class RequestScope
{
    private static readonly AsyncLocal<RequestScope?> s_current = new();

    private readonly string? _traceParent;

    private RequestScope(HttpContext context)
    {
        RequestId = context.TraceIdentifier;
        _traceParent = context.Request.Headers.TraceParent is [{ } parent] && TraceContext.IsParent(parent) ? parent : null;
    }

    /// <summary>That of what happens now; null for none.</summary>
    public static RequestScope? Current => s_current.Value;

    /// <summary>Its id.</summary>
    public string RequestId { get; }

    /// <summary>The call that it made; null for none, or none yet.</summary>
    public GatewayCall? Call { get; set; }

    /// <summary>Its caller did not wait for the end of the answer.</summary>
    public bool IsCallerGone { get; set; }

    /// <summary>The code of the error that it was answered with; null for none.</summary>
    public string? Error { get; set; }

    /// <summary>Begins it, for the caller and what it calls, where it has not begun yet. Only from an <c>async</c> method, with which it ends, or where the server itself forgets it between requests.</summary>
    public static RequestScope Begin(HttpContext context)
    {
        if (Current is { } current && ReferenceEquals(current.RequestId, context.TraceIdentifier))
        {
            return current;
        }

        var scope = new RequestScope(context);
        s_current.Value = scope;
        return scope;
    }

    /// <summary>The trace and the span that a line belongs to: those of this process, or else the caller's own.</summary>
    public static (string? Trace, string? Span) FindTrace(RequestScope? scope) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? (activity.TraceId.ToHexString(), activity.SpanId.ToHexString())
        : scope?._traceParent is { } parent ? (parent.Substring(3, 32), parent.Substring(36, 16))
        : default;
}
