using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests;

/// <summary>
/// The state of one scan over a body's top-level members. A member that the gateway acts on must come once: with
/// two, the gateway and the provider might each believe another.
/// </summary>
internal struct RequestScan(ApiOperation operation, bool strict)
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
            (_unknown ??= []).Add(RequestFaults.Shorten(JsonText.Read(ref json) ?? "\\ud800"));
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

    private GatewayError? ReadModel(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            return RequestFaults.Type("model", "a non-blank string", json);
        }

        var start = (int)json.TokenStartIndex;
        _modelSpan = start..(int)json.BytesConsumed;
        _model = JsonText.Read(ref json);
        return _model is null ? RequestFaults.Value("model", "a non-blank string", "a string with half a character (a lone surrogate)")
            : string.IsNullOrWhiteSpace(_model) ? RequestFaults.Value("model", "a non-blank string", _model.Length == 0 ? "an empty string" : "a blank string")
            : null;
    }

    private readonly GatewayError? ReadContent(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.StartArray)
        {
            json.Read();
            if (json.TokenType == JsonTokenType.EndArray)
            {
                return RequestFaults.Value(ContentName, ContentExpected, "an empty array");
            }

            SkipRestOfArray(ref json);
            return null;
        }

        if (json.TokenType == JsonTokenType.String && operation != ApiOperation.ChatCompletions)
        {
            return json.ValueSpan.IsEmpty ? RequestFaults.Value(ContentName, ContentExpected, "an empty string") : null;
        }

        return RequestFaults.Type(ContentName, ContentExpected, json);
    }

    private static void SkipRestOfArray(ref Utf8JsonReader json)
    {
        do
        {
            json.Skip();
            json.Read();
        }
        while (json.TokenType != JsonTokenType.EndArray);
    }

    private GatewayError? ReadStream(ref Utf8JsonReader json)
    {
        _stream = json.TokenType == JsonTokenType.True;
        return json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
            ? null
            : RequestFaults.Type("stream", "a boolean", json);
    }

    private GatewayError? ReadStreamOptions(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            _seen &= ~Members.StreamOptions;
            return null;
        }

        if (json.TokenType != JsonTokenType.StartObject)
        {
            return RequestFaults.Type("stream_options", "an object", json);
        }

        GatewayError? fault = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isIncludeUsage = json.ValueTextEquals("include_usage"u8);
            json.Read();
            if (isIncludeUsage)
            {
                _includeUsage = json.TokenType == JsonTokenType.True;
                fault ??= json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
                    ? null
                    : RequestFaults.Type("stream_options.include_usage", "a boolean", json);
            }

            json.Skip();
        }

        return fault;
    }

    private GatewayError? ReadChoices(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        const string Expected = "an integer between 1 and 128";
        if (json.TokenType != JsonTokenType.Number)
        {
            return RequestFaults.Type("n", Expected, json);
        }

        return json.TryGetInt32(out _choices) && _choices is >= 1 and <= 128
            ? null
            : RequestFaults.Value("n", Expected, RequestFaults.Describe(json));
    }

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
