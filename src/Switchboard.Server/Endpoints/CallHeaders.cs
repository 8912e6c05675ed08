using System.Globalization;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Caching;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints;

/// <summary>What an answer's head tells of its call: the phases, and once it was routed, where it went.</summary>
internal static class CallHeaders
{
    private const int LongestName = 256;
    private const int MostDropped = 64;
    private const string LimitPrefix = "x-ratelimit-";

    private static readonly string[] s_limits =
    [
        "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests",
        "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens",
    ];

    /// <summary>Writes what is known so far.</summary>
    /// <param name="response">Where to.</param>
    /// <param name="call">The call.</param>
    /// <param name="dialect">Whose API the answer speaks; where it was not translated, nothing was dropped for that.</param>
    public static void Write(HttpResponse response, GatewayCall call, ApiDialect dialect = ApiDialect.OpenAI)
    {
        ServerTiming.Write(response, call.Timings);
        WriteLimits(response, call.LimitHeaders);
        if (call.Dropped.Count > 0 && dialect == ApiDialect.OpenAI)
        {
            response.Headers["x-switchboard-dropped"] = Dropped(call.Dropped);
        }

        WriteCache(response, call.Cache);
        if (call.Guardrails.Count > 0)
        {
            response.Headers["x-switchboard-guardrails"] = string.Join(", ", call.Guardrails);
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

    // Ours and a provider's side by side would say of one limit what is true of another.
    private static void WriteLimits(HttpResponse response, IReadOnlyList<KeyValuePair<string, string>> limits)
    {
        for (var i = 0; i < limits.Count; i++)
        {
            if (i == 0 && limits[0].Key.StartsWith(LimitPrefix, StringComparison.Ordinal))
            {
                foreach (var name in s_limits)
                {
                    response.Headers.Remove(name);
                }
            }

            response.Headers[limits[i].Key] = limits[i].Value;
        }
    }

    private static void WriteCache(HttpResponse response, CacheNote? note)
    {
        if (note is null)
        {
            return;
        }

        response.Headers["x-switchboard-cache"] = CacheCounts.NameOf(note.Result);
        if (note.IsAnswer)
        {
            response.Headers.Age = ((long)note.Age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (note.Similarity is { } similarity)
        {
            response.Headers["x-switchboard-cache-similarity"] = similarity.ToString("0.####", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Writes what the call costs, in dollars.</summary>
    /// <param name="response">Where to.</param>
    /// <param name="cost">The cost in nano-dollars; null where it is not known.</param>
    public static void WriteCost(HttpResponse response, long? cost)
    {
        if (cost is { } nano)
        {
            response.Headers["x-switchboard-cost"] = DollarText.Of(nano);
        }
    }

    // A request of a thousand messages may have as many: a head has no place for all.
    private static string Dropped(IReadOnlyList<string> names)
    {
        var told = string.Join(", ", names.Take(MostDropped).Select(Sound));
        return names.Count <= MostDropped ? told : string.Create(CultureInfo.InvariantCulture, $"{told}, +{names.Count - MostDropped}");
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
        var shown = KeyText.Hide(model);
        var name = shown.Length <= LongestName ? shown : shown[..LongestName];
        return name.AsSpan().ContainsAnyExceptInRange('!', '~') ? Uri.EscapeDataString(name) : name;
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
