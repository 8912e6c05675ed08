namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>
/// The names that other services of this kind have for the same numbers. They are made from ours when the page is asked
/// for, so that nothing is counted twice.
/// </summary>
internal sealed class CompatibilityNames
{
    private readonly DerivedCounter _requests = new(
        "http_requests",
        "Requests over HTTP, by method, endpoint and status. The same as http_server_request_duration_seconds_count.",
        [("http.request.method", "method"), ("http.route", "endpoint"), ("http.response.status_code", "status")]);

    private readonly DerivedHistogram _durations = new(
        "http_request_duration_seconds",
        "seconds",
        "The time of requests over HTTP, by method and endpoint. The same as http_server_request_duration_seconds.",
        [("http.request.method", "method"), ("http.route", "endpoint")]);

    private readonly DerivedCounter _calls = new(
        "openai_api_calls",
        "Calls of models, by model and how they ended. The same as switchboard_requests_total.",
        [("model", "model"), ("outcome", "status")]);

    private readonly DerivedCounter _tokens = new(
        "openai_tokens_used",
        "Tokens that calls used, by model and type. The same as switchboard_tokens_total.",
        [("model", "model"), ("type", "type")]);

    /// <summary>Writes those whose source is there.</summary>
    public void Write(InstrumentFamily[] families, ExpositionWriter writer, ExpositionFormat format)
    {
        if (Find<HistogramFamily>(families, "http_server_request_duration_seconds") is { } times)
        {
            _requests.Take(times);
            _requests.Write(writer, format);
            _durations.Take(times);
            _durations.Write(writer, format);
        }

        Write(_calls, Find<ValueFamily>(families, "switchboard_requests"), writer, format);
        Write(_tokens, Find<ValueFamily>(families, "switchboard_tokens"), writer, format);
    }

    private static void Write(DerivedCounter counter, ValueFamily? source, ExpositionWriter writer, ExpositionFormat format)
    {
        if (source is not null)
        {
            counter.Take(source);
            counter.Write(writer, format);
        }
    }

    private static T? Find<T>(InstrumentFamily[] families, string name)
        where T : InstrumentFamily => Array.Find(families, family => family.Name == name) as T;
}
