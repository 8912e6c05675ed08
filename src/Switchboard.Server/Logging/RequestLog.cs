using System.Collections;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Server.Endpoints;

namespace Switchboard.Server.Logging;

/// <summary>Begins the scope of a request, and writes its line when it has ended (<c>logging.requests</c>).</summary>
internal sealed class RequestLog(LogState state, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>The category of the lines.</summary>
    public const string Category = "Switchboard.Server.Requests";

    private const int LongestName = 200;

    private static readonly EventId s_ended = new(1005, "RequestEnded");
    private static readonly Func<Line, Exception?, string> s_format = static (line, _) => line.ToString();

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    /// <summary>Begins a request's scope. Only from an <c>async</c> method.</summary>
    /// <returns>Null where nobody wants to know.</returns>
    public RequestScope? Begin(HttpContext context) => state.IsWritten || IsOn ? RequestScope.Begin(context) : null;

    /// <summary>The time from which a request is measured.</summary>
    public long Now() => time.GetTimestamp();

    /// <summary>Writes the line of a request that has ended.</summary>
    public void End(HttpContext context, RequestScope? scope, long began)
    {
        if (scope is not null && state.Settings.Requests && _logger.IsEnabled(LogLevel.Information))
        {
            _logger.Log(LogLevel.Information, s_ended, new Line(context, scope, time.GetElapsedTime(began)), null, s_format);
        }
    }

    private bool IsOn => state.Settings.Requests && _logger.IsEnabled(LogLevel.Information);

    /// <summary>The values of a line; those that are not known are left out.</summary>
    private sealed class Line : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly List<KeyValuePair<string, object?>> _values = new(12);

        public Line(HttpContext context, RequestScope scope, TimeSpan elapsed)
        {
            // The query stays out: keys stand there.
            var isGone = scope.IsCallerGone || (context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted);
            Add("method", context.Request.Method);
            Add("path", Clean(context.Request.Path.Value));
            Add("route", (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
            Add("status", isGone ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode);
            Add("error", scope.Error);
            Add("ms", Math.Round(elapsed.TotalMilliseconds, 1));
            if (scope.Call is { } call)
            {
                Add("model", Clean(call.Facts.Model));
                Add("deployment", call.Target is { } target ? Clean(target.Model.Length == 0 ? target.Provider : $"{target.Provider}/{target.Model}") : null);
                Add("stream", call.Facts.Stream ? true : null);
                Add("tokens_in", call.Usage?.Prompt);
                Add("tokens_out", call.Usage?.Completion);
                Add("attempts", call.Attempts > 1 ? call.Attempts : null);
                Add("cache", call.Cache is { IsAnswer: true } ? "hit" : null);
            }

            Add("key", RequestCaller.Of(context).KeyId is { } key ? KeyText.Hide(key) : null);
        }

        public int Count => _values.Count;

        public KeyValuePair<string, object?> this[int index] => _values[index];

        public override string ToString()
        {
            // POST /v1/chat/completions 200 12.3 ms model=gpt-4o deployment=openai/gpt-4o tokens_in=9 tokens_out=12
            var text = new StringBuilder(160);
            foreach (var (name, value) in _values.Where(value => value.Key != "route"))
            {
                text.Append(name is "method" ? "" : " ");
                if (name is not ("method" or "path" or "status" or "error" or "ms"))
                {
                    text.Append(name).Append('=');
                }

                text.Append(CultureInfo.InvariantCulture, $"{value}").Append(name is "ms" ? " ms" : "");
            }

            return text.ToString();
        }

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        // A name is the caller's own: it may be of any length, and a key that slipped in there is none.
        private static string? Clean(string? name) =>
            string.IsNullOrEmpty(name) ? null : KeyText.Hide(name) is var hidden && hidden.Length > LongestName ? hidden[..LongestName] : hidden;

        private void Add(string name, object? value)
        {
            if (value is not null)
            {
                _values.Add(new(name, value));
            }
        }
    }
}
