using System.Globalization;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints;

/// <summary>What an answer's head tells of its call: the phases, and once it was routed, where it went.</summary>
internal static class CallHeaders
{
    private const int LongestName = 256;

    /// <summary>Writes what is known so far.</summary>
    /// <param name="response">Where to.</param>
    /// <param name="call">The call.</param>
    /// <param name="dialect">Whose API the answer speaks; where it was not translated, nothing was dropped for that.</param>
    public static void Write(HttpResponse response, GatewayCall call, ApiDialect dialect = ApiDialect.OpenAI)
    {
        ServerTiming.Write(response, call.Timings);
        if (call.Dropped.Count > 0 && dialect == ApiDialect.OpenAI)
        {
            response.Headers["x-switchboard-dropped"] = string.Join(", ", call.Dropped.Select(Sound));
        }

        if (call.Target is not { } target)
        {
            return;
        }

        var headers = response.Headers;
        headers["x-switchboard-provider"] = target.Provider;
        if (target.Model.Length > 0)
        {
            headers["x-switchboard-deployment"] = $"{target.Provider}/{Sound(target.Model)}";
        }

        headers["x-switchboard-attempts"] = call.Attempts.ToString(CultureInfo.InvariantCulture);
        if (call.Tried.Count > 0)
        {
            headers["x-switchboard-tried"] = Tried(call, target);
        }

        headers["x-switchboard-queue-ms"] = Milliseconds(call.Timings.Of(CallTimings.Queue) ?? TimeSpan.Zero);
        if (call.Timings.Of(CallTimings.Connect) is { } upstream)
        {
            headers["x-switchboard-upstream-ms"] = Milliseconds(upstream);
        }
    }

    // In order, the one that answers last.
    private static string Tried(GatewayCall call, CallTarget target)
    {
        var tried = call.Tried.Select(one => $"{NameOf(one.Target)}={one.Outcome}");
        return string.Join(", ", call.Sink.IsCommitted ? tried.Append($"{NameOf(target)}=answered") : tried);
    }

    private static string NameOf(CallTarget target) => target.Model.Length > 0 ? $"{target.Provider}/{Sound(target.Model)}" : target.Provider;

    // Callers choose the names of models: what no header may carry is escaped, and no name fills the head.
    private static string Sound(string model)
    {
        var name = model.Length <= LongestName ? model : model[..LongestName];
        return name.AsSpan().ContainsAnyExceptInRange('!', '~') ? Uri.EscapeDataString(name) : name;
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
