using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests.Parameters;

namespace Switchboard.Gateway.Requests;

/// <summary>
/// The state of one scan over a body's top-level members. A member that the gateway acts on must come once: with
/// two, the gateway and the provider might each believe another.
/// </summary>
internal partial struct RequestScan(OperationProfile profile, RequestPolicy policy)
{
    private const int FirstRequired = 4;

    private string? _model;
    private Range _modelSpan;
    private bool _stream;
    private bool _includeUsage;
    private UsagePlace _usagePlace;
    private int _choices = 1;
    private int _answerTokens;
    private uint _seen;
    private uint _substituted;
    private uint _excluding;
    private bool _wantsRequestId;
    private string? _unsupported;
    private List<string>? _unknown;
    private List<string>? _dropped;
    private DroppedMembers _cuts;
    private FilledMembers _fills;
    private ParameterChecks _checks = new(policy.RowsOf(profile.Operation));

    /// <summary>The members that are looked at; those that the operation requires follow them.</summary>
    private enum Member
    {
        None = -1,
        Model = 0,
        Stream = 1,
        StreamOptions = 2,
        Choices = 3,
    }

    /// <summary>Reads the whole body. Throws <see cref="JsonException"/> where it is no JSON.</summary>
    public GatewayError? Read(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            var came = json.TokenType;
            json.Skip();
            json.Read();
            return RequestFaults.NotAnObject(came);
        }

        var inside = (int)json.BytesConsumed;
        _modelSpan = inside..inside;

        // The first fault of a value waits until the JSON is known to be well-formed to its end.
        GatewayError? fault = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)json.TokenStartIndex;
            var member = Classify(ref json);
            var other = member == Member.None ? ClassifyOther(ref json) : default;
            var row = _checks.Find(ref json);
            var twice = CheckOnce(member);
            fault ??= twice;
            json.Read();
            var value = json;
            fault ??= ReadValue(member, ref json);
            json.Skip();
            NoteOther(other, value, start, (int)json.BytesConsumed);
            _checks.Read(row, ref value);
        }

        // Bytes after the object are a fault; reading on finds them.
        json.Read();
        return IsOfForm(fault) ? fault : CheckPresence() ?? CheckSupport() ?? fault ?? CheckWhole() ?? _checks.Finish(body, _choices);
    }

    private Member Classify(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("model"u8))
        {
            return Member.Model;
        }

        var required = profile.Required;
        for (var i = 0; i < required.Count; i++)
        {
            if (json.ValueTextEquals(required[i].Utf8Name))
            {
                return (Member)(FirstRequired + i);
            }
        }

        return profile.Streams && json.ValueTextEquals("stream"u8) ? Member.Stream
            : profile.Streams && json.ValueTextEquals("stream_options"u8) ? Member.StreamOptions
            : profile.TakesChoices && json.ValueTextEquals("n"u8) ? Member.Choices
            : profile.StreamFormat is not null && json.ValueTextEquals(profile.StreamFormat) ? Member.Stream
            : Member.None;
    }

    private static uint Bit(Member member) => member == Member.None ? 0 : 1u << (int)member;

    private readonly bool Has(Member member) => (_seen & Bit(member)) != 0;

    private GatewayError? CheckOnce(Member member)
    {
        if (Has(member))
        {
            return RequestFaults.Twice(NameOf(member));
        }

        _seen |= Bit(member);
        return null;
    }

    private readonly string NameOf(Member member) => member switch
    {
        Member.Model => "model",
        Member.Stream => profile.StreamFormat ?? "stream",
        Member.StreamOptions => "stream_options",
        Member.Choices => "n",
        _ => profile.Required[(int)member - FirstRequired].Name,
    };

    private GatewayError? ReadValue(Member member, ref Utf8JsonReader json) => member switch
    {
        Member.None => null,
        Member.Model => ReadModel(ref json),
        Member.Stream when profile.StreamFormat is not null => ReadStreamFormat(ref json),
        Member.Stream => ReadStream(ref json),
        Member.StreamOptions => ReadStreamOptions(ref json),
        Member.Choices => ReadChoices(ref json),
        _ => ReadRequired(profile.Required[(int)member - FirstRequired], ref json),
    };

    // What is no JSON of the right form comes before what cannot be done, and that before what may not be.
    private static bool IsOfForm(GatewayError? fault) => fault is not null && fault.Body.Code != RequestFaults.InvalidValue;

    private readonly GatewayError? CheckPresence()
    {
        if (!Has(Member.Model) && !CanFillModel && (_substituted & Bit(Member.Model)) == 0)
        {
            return RequestFaults.Missing("model", "the name of a model");
        }

        for (var i = 0; i < profile.Required.Count; i++)
        {
            var member = (Member)(FirstRequired + i);
            if (!Has(member) && (_substituted & Bit(member)) == 0)
            {
                return RequestFaults.Missing(profile.Required[i].Name, profile.Required[i].Expected);
            }
        }

        return null;
    }

    private readonly GatewayError? CheckWhole() =>
        Has(Member.StreamOptions) && !_stream ? RequestFaults.StreamOptionsWithoutStream()
        : CheckExclusion() ?? CheckUnknown();
}
