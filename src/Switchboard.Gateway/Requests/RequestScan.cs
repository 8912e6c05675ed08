using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests;

/// <summary>
/// The state of one scan over a body's top-level members. A member that the gateway acts on must come once: with
/// two, the gateway and the provider might each believe another.
/// </summary>
internal partial struct RequestScan(ApiOperation operation, bool strict)
{
    private string? _model;
    private Range _modelSpan;
    private bool _stream;
    private bool _includeUsage;
    private int _choices = 1;
    private Members _seen;
    private List<string>? _unknown;

    [Flags]
    private enum Members
    {
        None = 0,
        Model = 1,
        Content = 2,
        Stream = 4,
        StreamOptions = 8,
        Choices = 16,
    }

    private readonly string ContentName => operation switch
    {
        ApiOperation.ChatCompletions => "messages",
        ApiOperation.Completions => "prompt",
        _ => "input",
    };

    private readonly string ContentExpected => operation == ApiOperation.ChatCompletions
        ? "an array of at least one message"
        : "a non-empty string or a non-empty array";

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
    public readonly RequestFacts ToFacts() => new(_model!, _modelSpan, _stream, _includeUsage, _choices);

    private Members Classify(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("model"u8))
        {
            return Members.Model;
        }

        if (json.ValueTextEquals(ContentName))
        {
            return Members.Content;
        }

        if (operation != ApiOperation.Embeddings)
        {
            var member = json.ValueTextEquals("stream"u8) ? Members.Stream
                : json.ValueTextEquals("stream_options"u8) ? Members.StreamOptions
                : json.ValueTextEquals("n"u8) ? Members.Choices
                : Members.None;
            if (member != Members.None)
            {
                return member;
            }
        }

        if (strict && !KnownMembers.Contains(operation, ref json))
        {
            (_unknown ??= []).Add(RequestFaults.Shorten(json.GetString()!));
        }

        return Members.None;
    }

    private GatewayError? CheckOnce(Members member)
    {
        if (member != Members.None && (_seen & member) != 0)
        {
            return RequestFaults.Twice(NameOf(member));
        }

        _seen |= member;
        return null;
    }

    private readonly string NameOf(Members member) => member switch
    {
        Members.Model => "model",
        Members.Stream => "stream",
        Members.StreamOptions => "stream_options",
        Members.Choices => "n",
        _ => ContentName,
    };

    private GatewayError? ReadValue(Members member, ref Utf8JsonReader json) => member switch
    {
        Members.Model => ReadModel(ref json),
        Members.Content => ReadContent(ref json),
        Members.Stream => ReadStream(ref json),
        Members.StreamOptions => ReadStreamOptions(ref json),
        Members.Choices => ReadChoices(ref json),
        _ => null,
    };

    private readonly GatewayError? CheckWhole()
    {
        if ((_seen & Members.Model) == 0)
        {
            return RequestFaults.Missing("model", "the name of a model");
        }

        if ((_seen & Members.Content) == 0)
        {
            return RequestFaults.Missing(ContentName, ContentExpected);
        }

        return (_seen & Members.StreamOptions) != 0 && !_stream ? RequestFaults.StreamOptionsWithoutStream()
            : _unknown is not null ? RequestFaults.Unknown(_unknown)
            : null;
    }
}
