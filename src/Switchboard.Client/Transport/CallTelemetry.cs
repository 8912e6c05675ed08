using System.Diagnostics;
using Switchboard.Client.Telemetry;
using Switchboard.Protocol.Telemetry;

namespace Switchboard.Client.Transport;

/// <summary>Traces and measures one call, as OpenTelemetry's conventions for generative AI have it. Ids and paths go onto spans at most, never into metrics.</summary>
internal sealed class CallTelemetry : IDisposable
{
    private readonly ApiCall _call;
    private readonly OperationTerms _terms;
    private readonly string? _model;
    private readonly Activity? _activity;
    private readonly MessageCapture? _capture;
    private readonly AnswerFacts _facts = new();
    private int _retries;
    private TimeSpan? _lastChunk;
    private string? _error;
    private bool _isOver;

    private CallTelemetry(ApiCall call, OperationTerms terms, string? model, Activity? activity)
    {
        _call = call;
        _terms = terms;
        _model = model;
        _activity = activity;
        if (activity is not { IsAllDataRequested: true })
        {
            return;
        }

        activity.SetTag("openai.api.type", terms.Api);
        activity.SetTag("gen_ai.output.type", terms.Output);
        activity.SetTag("gen_ai.request.stream", call.Streams ? true : null);
        var json = call.Body?.Json ?? default;
        RequestFacts.Tell(activity, json.Span);
        if (call.Client.CapturesContent)
        {
            _capture = MessageCapture.Start(activity, json);
        }
    }

    /// <summary>Begins; null when nobody listens.</summary>
    public static CallTelemetry? Start(ApiCall call)
    {
        var isTraced = ClientDiagnostics.Source.HasListeners();
        if (!isTraced && !ClientDiagnostics.IsMeasured)
        {
            return null;
        }

        var terms = OperationTerms.Of(call.Request.Operation);
        var model = call.Model ?? call.Body?.FindModel();
        var activity = isTraced
            ? ClientDiagnostics.Source.StartActivity(model is null ? terms.Name : $"{terms.Name} {model}", ActivityKind.Client, parentContext: default, Common(call, terms, model))
            : null;
        return call.Telemetry = activity is null && !ClientDiagnostics.IsMeasured ? null : new CallTelemetry(call, terms, model, activity);
    }

    /// <summary>Another attempt follows.</summary>
    public void Retrying(int attempt, ApiException fault)
    {
        _retries = attempt;
        _activity?.AddEvent(new ActivityEvent("retry", tags: new ActivityTagsCollection { ["http.request.resend_count"] = attempt, ["error.type"] = ErrorOf(fault) }));
    }

    /// <summary>The body of the answer came, and could be read.</summary>
    public void Read(ReadOnlySpan<byte> utf8Json)
    {
        _facts.Read(utf8Json);
        _capture?.Answered(utf8Json);
    }

    /// <summary>The call has its whole result, or the head of a stream.</summary>
    public void Answered(ApiResult result) => _activity?.SetTag("http.response.status_code", result.Status);

    /// <summary>An event of the stream came, and could be read.</summary>
    public void Received(ReadOnlySpan<byte> data)
    {
        var now = _call.Elapsed;
        if (_lastChunk is { } last)
        {
            ClientDiagnostics.NextChunk.Record((now - last).TotalSeconds, Tags());
        }
        else
        {
            ClientDiagnostics.FirstChunk.Record(now.TotalSeconds, Tags());
            _activity?.SetTag("gen_ai.response.time_to_first_chunk", now.TotalSeconds);
        }

        _lastChunk = now;
        _facts.Read(data);
        _capture?.Received(data);
    }

    /// <summary>The call failed.</summary>
    public void Failed(Exception fault)
    {
        // The first fault is the cause: the message stays away, for it may quote the server and the server a key.
        _error ??= ErrorOf(fault);
        _activity?.SetStatus(ActivityStatusCode.Error);
        _activity?.SetTag("error.type", _error);
        if (fault is ApiStatusException { Status: var status })
        {
            _activity?.SetTag("http.response.status_code", status);
        }
    }

    /// <summary>The call is over; of a stream that was left, too.</summary>
    public void Dispose()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        var tags = Tags();
        if (_terms.Generates)
        {
            Count(tags, "input", _facts.InputTokens);
            Count(tags, "output", _facts.OutputTokens);
        }

        if (_error is not null)
        {
            tags.Add("error.type", _error);
        }

        ClientDiagnostics.Duration.Record(_call.Elapsed.TotalSeconds, tags);
        if (_activity is { IsAllDataRequested: true })
        {
            Tell(_activity);
        }

        _activity?.Dispose();
    }

    private static void Count(TagList tags, string type, long? tokens)
    {
        if (tokens is { } count)
        {
            tags.Add("gen_ai.token.type", type);
            ClientDiagnostics.Tokens.Record(count, tags);
        }
    }

    private static TagList Common(ApiCall call, OperationTerms terms, string? model)
    {
        TagList tags = [];
        tags.Add("gen_ai.operation.name", terms.Name);
        tags.Add("gen_ai.provider.name", call.Endpoint.ProviderName);
        if (model is not null)
        {
            tags.Add("gen_ai.request.model", model);
        }

        tags.Add("server.address", call.Address.Host);
        tags.Add("server.port", call.Address.Port);
        return tags;
    }

    // Low in number: a status, or a class of exception.
    private static string ErrorOf(Exception fault) => fault switch
    {
        ApiStatusException { Status: var status } => status.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ApiTimeoutException => "timeout",
        OperationCanceledException => typeof(OperationCanceledException).FullName!,
        _ => fault.GetType().FullName!,
    };

    private TagList Tags()
    {
        var tags = Common(_call, _terms, _model);
        if (_facts.Model is { } model && _terms.Generates)
        {
            tags.Add("gen_ai.response.model", model);
        }

        return tags;
    }

    private void Tell(Activity activity)
    {
        activity.SetTag("http.request.resend_count", _retries > 0 ? _retries : null);
        activity.SetTag("gen_ai.response.id", _facts.Id);
        activity.SetTag("gen_ai.response.model", _facts.Model);
        activity.SetTag("openai.response.service_tier", _facts.ServiceTier);
        activity.SetTag("openai.response.system_fingerprint", _facts.SystemFingerprint);
        if (_facts.FinishReasons.Count > 0)
        {
            activity.SetTag("gen_ai.response.finish_reasons", _facts.FinishReasons.ToArray());
        }
        else if (_terms.Api == OperationTerms.Responses && _facts.Status is { } status)
        {
            activity.SetTag("gen_ai.response.finish_reasons", new[] { status });
        }

        if (_terms.Generates)
        {
            TellUsage(activity);
        }

        _capture?.Tell();
    }

    private void TellUsage(Activity activity)
    {
        activity.SetTag("gen_ai.usage.input_tokens", _facts.InputTokens);
        activity.SetTag("gen_ai.usage.output_tokens", _facts.OutputTokens);
        foreach (var ((isInput, kind), count) in _facts.TokenDetails)
        {
            var side = isInput ? "input_tokens" : "output_tokens";
            activity.SetTag(
                kind switch
                {
                    "cached_tokens" => "gen_ai.usage.cache_read.input_tokens",
                    "cache_write_tokens" => "gen_ai.usage.cache_creation.input_tokens",
                    "reasoning_tokens" => "gen_ai.usage.reasoning.output_tokens",
                    "audio_tokens" => $"gen_ai.usage.audio.{side}",
                    "image_tokens" => $"gen_ai.usage.image.{side}",
                    "text_tokens" => $"gen_ai.usage.text.{side}",
                    _ => $"openai.usage.{kind}",
                },
                count);
        }
    }
}
