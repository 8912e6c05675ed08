using System.Collections.Immutable;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Caching;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Gateway.RateLimiting;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Telemetry;

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
    private List<SpentAttempt>? _spent;
    private TokenUsage? _usage;
    private int? _counted;
    private decimal _seconds;
    private AnswerNotes _notes;
    private ImmutableArray<string> _guardrails = [];
    private ReadOnlyMemory<byte> _body;
    private UploadBody? _upload;
    private RequestFacts? _facts;
    private CallOrigin? _origin;
    private IAnswerSink? _sink;

    /// <summary>What is asked for.</summary>
    public required ApiOperation Operation { get; init; }

    /// <summary>The HTTP method of the operation.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>The path below the base address and the query, without a slash before them: <c>files/file-1/content</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The provider that the caller wants, by name; null to leave it to the gateway.</summary>
    public string? Provider { get; init; }

    /// <summary>
    /// The model that is meant, as the caller wrote it: that of the operation where none is named. Empty where the provider
    /// decides, or something that lies there already, such as a file or a thread; and where a form may still name one.
    /// </summary>
    internal string MeantModel => Facts.Model.Length > 0 || Operation == ApiOperation.Other || Upload is not null ? Facts.Model : OperationProfile.Of(Operation).DefaultModel ?? "";

    /// <summary>The request's JSON as the caller sent it; empty where <see cref="Upload"/> has the body or there is none. Owned by whoever made the call, valid until its outcome.</summary>
    public ReadOnlyMemory<byte> Body
    {
        get => _body;
        init => _body = value;
    }

    /// <summary>What the gateway itself changes in <see cref="Body"/>, whoever answers.</summary>
    internal BodyEdits? Edits => Facts.Edits;

    /// <summary>The JSON that is to be answered: <see cref="Body"/> with what the gateway filled in or left out, save the model, which is told apart. A copy where there is any such.</summary>
    public ReadOnlyMemory<byte> EditedBody => Edits?.Apply(Body) ?? Body;

    /// <summary>It administers the organization, for which a provider may want another key.</summary>
    public bool IsAdministration { get; init; }

    /// <summary>A body that is passed on as it comes, and so can be sent once.</summary>
    public UploadBody? Upload
    {
        get => _upload;
        init => _upload = value;
    }

    /// <summary>The caller's end, where a websocket is asked for.</summary>
    public ISocketCaller? Socket { get; init; }

    /// <summary>What one forward scan found in <see cref="Body"/>.</summary>
    public required RequestFacts Facts
    {
        get => _facts!;
        init => _facts = value;
    }

    /// <summary>The caller's <c>x-request-id</c>, or one made here (UUIDv7).</summary>
    public required string RequestId { get; init; }

    /// <summary>Who asks. Default <see cref="Caller.Anonymous"/>, who may ask for everything.</summary>
    public Caller Caller { get; init; } = Caller.Anonymous;

    /// <summary>What it was before it became a chat completion; null where the caller speaks OpenAI's API.</summary>
    public CallOrigin? Origin
    {
        get => _origin;
        init => _origin = value;
    }

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
    public required IAnswerSink Sink
    {
        get => _sink!;
        init => _sink = value;
    }

    /// <summary>What its caller wants of the cache.</summary>
    public CacheWish CacheWish { get; init; } = CacheWish.None;

    /// <summary>What the cache did for it; null where none is asked.</summary>
    public CacheNote? Cache { get; internal set; }

    /// <summary>True where the cache answered it: no provider was asked, and nothing is paid.</summary>
    internal bool IsCached => Cache is { IsAnswer: true };

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

    /// <summary>The guardrails that the caller asks for, beside those that hold anyway.</summary>
    public IReadOnlyList<string> WantedGuardrails { get; init; } = [];

    /// <summary>Checks what the gateway makes of the request behind the guardrails; null where none looks at requests.</summary>
    internal IRequestCheck? Check { get; set; }

    /// <summary>The guardrails that masked something or warned of it, for <c>x-switchboard-guardrails</c>.</summary>
    public IReadOnlyList<string> Guardrails => _guardrails.IsEmpty ? [] : _guardrails;

    /// <summary>The tokens the provider counted, once its answer told them.</summary>
    public TokenUsage? Usage
    {
        get => _usage;
        set
        {
            _usage = value;
            _asked?.Usage = value;
        }
    }

    /// <summary>The tokens of the answer as the gateway counted them in passing, where a stream came to no end or told no usage; else null.</summary>
    internal int? Counted
    {
        get => _counted;
        set
        {
            _counted = value;
            _asked?.Counted = value;
        }
    }

    /// <summary>The seconds of sound that the answer told in the place of tokens.</summary>
    internal decimal Seconds
    {
        get => _seconds;
        set
        {
            _seconds = value;
            _asked?.Seconds = value;
        }
    }

    /// <summary>What the answer says of itself beside its usage.</summary>
    internal AnswerNotes Notes
    {
        get => _notes;
        set
        {
            _notes = value;
            _asked?.Notes = value;
        }
    }

    /// <summary>What telemetry watches of it; null where nobody reads that.</summary>
    internal CallWatch? Watch { get; set; }

    /// <summary>Somebody reads its span.</summary>
    internal bool IsTraced => Watch is { IsTraced: true };

    /// <summary>Attempts that did not answer it, and cost all the same.</summary>
    internal IReadOnlyList<SpentAttempt> Spent => _spent ?? [];

    /// <summary>What it costs, and when it began to be answered; null where no ledger is kept.</summary>
    internal CallAccount? Account { get; set; }

    /// <summary>What it took from limits and budgets; null where none hold for it.</summary>
    internal HeldLimits? Limits { get; set; }

    /// <summary>What the head of the answer tells of its limits: <c>x-ratelimit-*</c> and budgets that are nearly spent. None where no limit of the gateway's holds for it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> LimitHeaders => Limits?.Headers ?? [];

    /// <summary>The providers whose budgets are spent; null for none.</summary>
    internal SpentProviders? SpentProviders { get; set; }

    /// <summary>The number that the next event would have, in a stream whose events are numbered.</summary>
    internal long NextEvent { get; set; }

    /// <summary>What broke the answer off after it had begun; null for nothing.</summary>
    internal GatewayError? Fault { get; set; }

    /// <summary>Notes that the head of the answer leaves. Told by the sink that sends it.</summary>
    /// <param name="status">Its status.</param>
    /// <returns>What the call costs in nano-dollars; null where that is not known yet, or no ledger is kept.</returns>
    public long? NoteHead(int status)
    {
        Watch?.Begin();
        return Account?.Begin(status);
    }

    /// <summary>What the call costs by what is known of it now, in nano-dollars; null where that is not known, or no ledger is kept. Of a stream that is at its end it is the whole cost.</summary>
    public long? CostSoFar => Account?.CostSoFar();

    /// <summary>Where the call was sent; null until that is known.</summary>
    public CallTarget? Target { get; set; }

    /// <summary>How many times a provider was asked to answer it.</summary>
    public int Attempts { get; set; }

    /// <summary>The deployments that did not answer it, in the order in which that was known, with what became of each.</summary>
    public IReadOnlyList<TriedDeployment> Tried => _tried ?? [];

    /// <summary>When each phase ended, for <c>Server-Timing</c>.</summary>
    public CallTimings Timings { get; private init; } = new();

    /// <summary>Lets the answer go somewhere else from now on, such as through something that keeps or checks it.</summary>
    internal void SendTo(IAnswerSink sink) => _sink = sink;

    /// <summary>Notes that a member does not reach the provider.</summary>
    internal void Drop(string member)
    {
        (_dropped ??= [.. Facts.Dropped]).Add(member);
        _asked?.Drop(member);
    }

    /// <summary>Notes that a guardrail masked something or warned of it.</summary>
    internal void NoteGuardrail(string name)
    {
        // Attempts beside each other may be checked at the same time.
        ImmutableInterlocked.Update(ref _guardrails, static (noted, one) => noted.Contains(one) ? noted : noted.Add(one), name);
    }

    /// <summary>Goes on with a request in which texts were masked.</summary>
    /// <param name="masked">The request as it is now.</param>
    internal void ChangeBody(MaskedJson masked)
    {
        _body = masked.Json;
        _facts = Facts with
        {
            ModelSpan = masked.Move(Facts.ModelSpan),
            Edits = masked.Move(Facts.Edits),
            UsagePlace = Facts.UsagePlace.Moved(masked.Move),
        };
        _origin = Origin?.WithBodyMoved(masked);
    }

    /// <summary>Goes on with another body, as where it was read to be looked at.</summary>
    internal void ChangeUpload(UploadBody upload) => _upload = upload;

    /// <summary>Goes on with a request in the caller's own dialect in which texts were masked.</summary>
    /// <param name="masked">The request as it is now.</param>
    internal void ChangeOrigin(MaskedJson masked) => _origin = Origin?.With(masked);

    /// <summary>Goes on with the chat request alone, whatever dialect a provider speaks.</summary>
    internal void HoldOrigin() => _origin = Origin?.Held();

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
        SpentProviders = SpentProviders,
        Target = Target,
        Attempts = Attempts,
        Timings = Timings,
        Watch = Watch,
    };

    /// <summary>It is over, and this is what it was.</summary>
    internal void Close(LedgerRow row) => Limits?.Settle(row);

    /// <summary>Takes over what is known of the answer to another operation that it was asked as.</summary>
    internal void TakeAnswer(GatewayCall asked) => Fault = asked.Fault;

    /// <summary>Notes what an attempt used that does not answer it, where that was told.</summary>
    internal void NoteSpent(GatewayCall attempt)
    {
        if (attempt is { Usage: { } usage, Target: { } target })
        {
            (_spent ??= []).Add(new(target, usage));
        }
    }

    /// <summary>Notes that a deployment did not answer it.</summary>
    internal void NoteTried(TriedDeployment tried) => (_tried ??= []).Add(tried);

    /// <summary>Forgets what an attempt left behind that was not answered.</summary>
    /// <param name="phases">How many phases there were before it.</param>
    internal void Forget(int phases)
    {
        NoteSpent(this);
        _dropped = null;
        Usage = null;
        Counted = null;
        Seconds = 0;
        Notes = default;
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
            SpentProviders = SpentProviders,
            Check = Check,
            Watch = Watch,
        };
        attempt.Timings.Take(Timings);
        return attempt;
    }

    /// <summary>Takes over what is known of the attempt that answers.</summary>
    internal void Take(GatewayCall attempt)
    {
        Target = attempt.Target;
        Usage = attempt.Usage;
        Counted = attempt.Counted;
        Seconds = attempt.Seconds;
        Notes = attempt.Notes;
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

/// <summary>What an attempt used that did not answer its call.</summary>
/// <param name="Target">Where it went.</param>
/// <param name="Usage">What its provider counted.</param>
internal readonly record struct SpentAttempt(CallTarget Target, TokenUsage Usage);
