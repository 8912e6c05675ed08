using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Pipeline;

/// <summary>
/// One request on its way through the gateway: the body as it came, the few facts peeked from it, and the sink
/// to answer to. It knows nothing of HTTP servers, so an endpoint, a worker and a test start the same call.
/// </summary>
public sealed class GatewayCall
{
    private List<string>? _dropped;
    private GatewayCall? _asked;
    private List<TriedDeployment>? _tried;

    /// <summary>What is asked for.</summary>
    public required ApiOperation Operation { get; init; }

    /// <summary>The HTTP method of the operation.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>The path below the base address and the query, without a slash before them: <c>files/file-1/content</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The provider that the caller wants, by name; null to leave it to the gateway.</summary>
    public string? Provider { get; init; }

    /// <summary>The request's JSON as the caller sent it; empty where <see cref="Upload"/> has the body or there is none. Owned by whoever made the call, valid until its outcome.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What the gateway itself changes in <see cref="Body"/>, whoever answers.</summary>
    internal BodyEdits? Edits => Facts.Edits;

    /// <summary>The JSON that is to be answered: <see cref="Body"/> with what the gateway filled in or left out, save the model, which is told apart. A copy where there is any such.</summary>
    public ReadOnlyMemory<byte> EditedBody => Edits?.Apply(Body) ?? Body;

    /// <summary>It administers the organization, for which a provider may want another key.</summary>
    public bool IsAdministration { get; init; }

    /// <summary>A body that is passed on as it comes, and so can be sent once.</summary>
    public UploadBody? Upload { get; init; }

    /// <summary>The caller's end, where a websocket is asked for.</summary>
    public ISocketCaller? Socket { get; init; }

    /// <summary>What one forward scan found in <see cref="Body"/>.</summary>
    public required RequestFacts Facts { get; init; }

    /// <summary>The caller's <c>x-request-id</c>, or one made here (UUIDv7).</summary>
    public required string RequestId { get; init; }

    /// <summary>Who asks. Default <see cref="Caller.Anonymous"/>, who may ask for everything.</summary>
    public Caller Caller { get; init; } = Caller.Anonymous;

    /// <summary>What it was before it became a chat completion; null where the caller speaks OpenAI's API.</summary>
    public CallOrigin? Origin { get; init; }

    /// <summary>Who takes the answer wants the usage of a stream, whether the body asks for it or not.</summary>
    public bool ReadsUsage { get; init; }

    /// <summary>The usage of a stream is told with it.</summary>
    internal bool TellsUsage => ReadsUsage || Facts.IncludeUsage;

    /// <summary>Whose habits the caller expects.</summary>
    public ApiCompat Compat { get; init; }

    /// <summary>A stream that ends with an error gets its end marked, too.</summary>
    public bool MarksEndAfterError { get; init; }

    /// <summary>The members of the body that did not reach the provider, for <c>x-switchboard-dropped</c>.</summary>
    public IReadOnlyList<string> Dropped => _dropped ?? Facts.Dropped;

    /// <summary>Where the answer goes.</summary>
    public required IAnswerSink Sink { get; init; }

    /// <summary>The media types that the caller takes.</summary>
    public string Accept => Operation switch
    {
        ApiOperation.Other or ApiOperation.Speech or ApiOperation.Transcriptions or ApiOperation.Translations => "*/*",
        _ => Facts.Stream ? "text/event-stream" : "application/json",
    };

    /// <summary>Request headers meant for the provider (<c>openai-beta</c>, <c>idempotency-key</c>, …).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ForwardedHeaders { get; init; } = [];

    /// <summary>Request headers meant for an inference engine (<c>x-dynamo-…</c>, <c>x-tenant-id</c>), for providers that are one.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> EngineHeaders { get; init; } = [];

    /// <summary>The tags that a deployment must have, all of them, to be asked.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The only deployment that may be asked, <c>provider/model</c>; null to leave it to the gateway.</summary>
    public string? Deployment { get; init; }

    /// <summary>The tokens the provider counted, once its answer told them.</summary>
    public TokenUsage? Usage { get; set; }

    /// <summary>The number that the next event would have, in a stream whose events are numbered.</summary>
    internal long NextEvent { get; set; }

    /// <summary>What broke the answer off after it had begun; null for nothing.</summary>
    internal GatewayError? Fault { get; set; }

    /// <summary>Where the call was sent; null until that is known.</summary>
    public CallTarget? Target { get; set; }

    /// <summary>How many times a provider was asked to answer it.</summary>
    public int Attempts { get; set; }

    /// <summary>The deployments that did not answer it, in the order in which that was known, with what became of each.</summary>
    public IReadOnlyList<TriedDeployment> Tried => _tried ?? [];

    /// <summary>When each phase ended, for <c>Server-Timing</c>.</summary>
    public CallTimings Timings { get; private init; } = new();

    /// <summary>Notes that a member does not reach the provider.</summary>
    internal void Drop(string member)
    {
        (_dropped ??= [.. Facts.Dropped]).Add(member);
        _asked?.Drop(member);
    }

    /// <summary>The same call as another operation: what is noted of that one is noted of this.</summary>
    /// <param name="operation">What the provider is asked for.</param>
    /// <param name="body">The request's JSON.</param>
    /// <param name="facts">What was found in it.</param>
    /// <param name="sink">Where the answer goes.</param>
    /// <param name="origin">What it was, where its translation put extensions into the body.</param>
    internal GatewayCall As(OperationProfile operation, ReadOnlyMemory<byte> body, RequestFacts facts, IAnswerSink sink, CallOrigin? origin = null) => new()
    {
        _asked = this,
        Origin = origin,
        Operation = operation.Operation,
        Path = operation.Path,
        Provider = Provider,
        Body = body,
        Facts = facts,
        RequestId = RequestId,
        Caller = Caller,
        Sink = sink,
        ForwardedHeaders = ForwardedHeaders,
        EngineHeaders = EngineHeaders,
        Tags = Tags,
        Deployment = Deployment,
        Target = Target,
        Attempts = Attempts,
        Timings = Timings,
    };

    /// <summary>Takes over what is known of the answer to another operation that it was asked as.</summary>
    internal void TakeAnswer(GatewayCall asked) => (Usage, Fault) = (asked.Usage, asked.Fault);

    /// <summary>Notes that a deployment did not answer it.</summary>
    internal void NoteTried(TriedDeployment tried) => (_tried ??= []).Add(tried);

    /// <summary>Forgets what an attempt left behind that was not answered.</summary>
    /// <param name="phases">How many phases there were before it.</param>
    internal void Forget(int phases)
    {
        _dropped = null;
        Usage = null;
        NextEvent = 0;
        Fault = null;
        Timings.Forget(phases);
    }

    /// <summary>The same call with a sink of its own, for an attempt beside which there may be another.</summary>
    internal GatewayCall ForAttempt(IAnswerSink sink)
    {
        var attempt = new GatewayCall
        {
            Operation = Operation,
            Method = Method,
            Path = Path,
            Provider = Provider,
            Body = Body,
            IsAdministration = IsAdministration,
            Upload = Upload,
            Socket = Socket,
            Facts = Facts,
            RequestId = RequestId,
            Caller = Caller,
            Origin = Origin,
            ReadsUsage = ReadsUsage,
            Compat = Compat,
            MarksEndAfterError = MarksEndAfterError,
            Sink = sink,
            ForwardedHeaders = ForwardedHeaders,
            EngineHeaders = EngineHeaders,
            Tags = Tags,
            Deployment = Deployment,
        };
        attempt.Timings.Take(Timings);
        return attempt;
    }

    /// <summary>Takes over what is known of the attempt that answers.</summary>
    internal void Take(GatewayCall attempt)
    {
        Target = attempt.Target;
        Usage = attempt.Usage;
        NextEvent = attempt.NextEvent;
        Fault = attempt.Fault;
        _dropped = attempt._dropped;
        Timings.Take(attempt.Timings);
    }
}

/// <summary>A deployment that did not answer a call.</summary>
/// <param name="Target">Which it is.</param>
/// <param name="Outcome">What became of the attempt: its status, <c>full</c>, <c>lost</c> to another, or <c>running</c> beside the one that answers.</param>
public sealed record TriedDeployment(CallTarget Target, string Outcome);
