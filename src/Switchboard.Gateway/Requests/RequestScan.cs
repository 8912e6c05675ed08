using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests;

/// <summary>
/// The state of one scan over a body's top-level members. A member that the gateway acts on must come once: with
/// two, the gateway and the provider might each believe another.
/// </summary>
internal partial struct RequestScan(OperationProfile profile, bool strict)
{
    private const int FirstRequired = 4;

    private string? _model;
    private Range _modelSpan;
    private bool _stream;
    private bool _includeUsage;
    private UsagePlace _usagePlace;
    private int _choices = 1;
    private uint _seen;
    private uint _substituted;
    private List<string>? _unknown;

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
    public GatewayError? Read(ref Utf8JsonReader json)
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
            var member = Classify(ref json);
            fault ??= CheckOnce(member);
            json.Read();
            if (fault is null)
            {
                fault = ReadValue(member, ref json);
            }

            json.Skip();
        }

        // Bytes after the object are a fault; reading on finds them.
        json.Read();
        return fault ?? CheckWhole();
    }

    /// <summary>What was found; only after <see cref="Read"/> gave no error.</summary>
    public readonly RequestFacts ToFacts() => new(_model ?? "", _modelSpan, _stream, _includeUsage, _choices) { UsagePlace = _usagePlace };

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

        var member = profile.Streams && json.ValueTextEquals("stream"u8) ? Member.Stream
            : profile.Streams && json.ValueTextEquals("stream_options"u8) ? Member.StreamOptions
            : profile.TakesChoices && json.ValueTextEquals("n"u8) ? Member.Choices
            : profile.StreamFormat is not null && json.ValueTextEquals(profile.StreamFormat) ? Member.Stream
            : Member.None;
        if (member == Member.None)
        {
            NoteOther(ref json);
        }

        return member;
    }

    /// <summary>A member that the gateway does not act on may stand for one that is required, or be unknown.</summary>
    private void NoteOther(ref Utf8JsonReader json)
    {
        if (profile.ModelSubstitute is { } brings && json.ValueTextEquals(brings))
        {
            _substituted |= Bit(Member.Model);
        }

        for (var i = 0; i < profile.Required.Count; i++)
        {
            foreach (var substitute in profile.Required[i].Substitutes)
            {
                if (json.ValueTextEquals(substitute))
                {
                    _substituted |= Bit((Member)(FirstRequired + i));
                    return;
                }
            }
        }

        if (strict && !profile.Knows(ref json))
        {
            (_unknown ??= []).Add(RequestFaults.Shorten(json.GetString()!));
        }
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

    private readonly GatewayError? CheckWhole()
    {
        if (!Has(Member.Model) && profile.DefaultModel is null && (_substituted & Bit(Member.Model)) == 0)
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

        return Has(Member.StreamOptions) && !_stream ? RequestFaults.StreamOptionsWithoutStream()
            : _unknown is not null ? RequestFaults.Unknown(_unknown)
            : null;
    }
}
