using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Relay;

/// <summary>What an event's data, or a whole answer, is to the relay.</summary>
internal enum TapResult
{
    /// <summary>A JSON object.</summary>
    Useful,

    /// <summary>A JSON object that tells the usage and holds no choice.</summary>
    Usage,

    /// <summary>A JSON object with an <c>error</c> that says something.</summary>
    Error,

    /// <summary>Not a JSON object.</summary>
    Malformed,
}

/// <summary>How a stream of one kind of answer shows that it is whole.</summary>
internal enum StreamKind
{
    /// <summary>Choices, each of which gives a reason to finish, then <c>[DONE]</c>.</summary>
    Choices,

    /// <summary>Events with a <c>type</c>, one of which is the last.</summary>
    Typed,

    /// <summary>The events of a message of Anthropic's API, of which <c>message_stop</c> is the last.</summary>
    Messages,

    /// <summary>Pieces of an answer of Google's API, whose candidates give a reason to finish.</summary>
    Contents,

    /// <summary>It does not show.</summary>
    Plain,
}

/// <summary>What the kinds have in common.</summary>
internal static class StreamKinds
{
    /// <summary>Whose API a kind is of.</summary>
    public static ApiDialect DialectOf(StreamKind kind) => kind switch
    {
        StreamKind.Messages => ApiDialect.Anthropic,
        StreamKind.Contents => ApiDialect.Gemini,
        _ => ApiDialect.OpenAI,
    };
}

/// <summary>
/// Reads along while an answer passes: whether each event is JSON, whether it has come to its end, the usage. It
/// keeps no text and allocates nothing.
/// </summary>
internal partial struct AnswerTap(StreamKind kind)
{
    private const int MostChoices = 128;

    private UInt128 _begun;
    private UInt128 _finished;
    private UInt128 _spoken;
    private UsageTap _usage;
    private long _words;
    private bool _hasEnded;
    private string? _model;
    private AnswerEnds _ends;
    private Seen _seen;

    /// <summary>True where somebody wants to know which model answers.</summary>
    public bool ReadsModel { get; init; }

    /// <summary>True when the last event of a kind that has one came, or every choice that began has given its reason to finish.</summary>
    public readonly bool IsWhole => HasChoices ? _begun != 0 && (_begun & ~_finished) == 0 : _hasEnded || kind == StreamKind.Plain;

    private readonly bool HasChoices => kind is StreamKind.Choices or StreamKind.Contents;

    /// <summary>
    /// True when every choice that began has given its reason to finish, or is speech: OpenAI ends a stream of audio
    /// with [DONE] and without a reason.
    /// </summary>
    public readonly bool IsWholeWithDone => HasChoices ? _begun != 0 && (_begun & ~(_finished | _spoken)) == 0 : IsWhole;

    /// <summary>True when the event that was read last told nothing new: more of a choice that has begun, and no usage.</summary>
    public bool IsQuiet { get; private set; }

    /// <summary>How many choices have finished.</summary>
    public readonly int Finished => (int)UInt128.PopCount(_finished);

    /// <summary>The number behind that of the last event, where events are numbered.</summary>
    public long NextEvent { get; private set; }

    /// <summary>The usage told last.</summary>
    public readonly TokenUsage? Usage => _usage.HasAny ? _usage.Usage : null;

    /// <summary>True where that is of the whole answer: nothing was left to be said when it was told.</summary>
    public bool IsUsageLast { get; private set; }

    /// <summary>The seconds of sound that were told in the place of tokens.</summary>
    public readonly decimal Seconds => _usage.Seconds;

    /// <summary>How many bytes the model said in the events that were read.</summary>
    public readonly long SpokenBytes => _words;

    /// <summary>Reads one event's data, or the body of an answer that does not stream.</summary>
    public TapResult Read(in ReadOnlySequence<byte> data)
    {
        var before = (_begun, _finished, _spoken, _hasEnded);
        var result = Parse(data);
        IsUsageLast = _seen.TellsUsage ? IsWholeWithDone : IsUsageLast;
        IsQuiet = result == TapResult.Useful && !_seen.TellsUsage && before == (_begun, _finished, _spoken, _hasEnded);
        return result;
    }

    private TapResult Parse(in ReadOnlySequence<byte> data)
    {
        if (!Utf8Text.IsValid(data))
        {
            return TapResult.Malformed;
        }

        var json = data.IsSingleSegment ? new Utf8JsonReader(data.FirstSpan) : new Utf8JsonReader(data);
        try
        {
            return Read(ref json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second: a name that escapes half a character (a lone surrogate) cannot be compared.
            return TapResult.Malformed;
        }
    }

    private TapResult Read(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return TapResult.Malformed;
        }

        _seen = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (kind is StreamKind.Messages or StreamKind.Contents && TryReadForeign(ref json))
            {
                continue;
            }

            if (json.ValueTextEquals("choices"u8))
            {
                json.Read();
                _seen.HasNoChoice = !ReadChoices(ref json);
            }
            else if (json.ValueTextEquals("usage"u8))
            {
                json.Read();
                _seen.HasUsage = ReadUsage(ref json);
            }
            else if (kind != StreamKind.Typed || !TryReadTyped(ref json))
            {
                ReadOther(ref json);
            }
        }

        // Bytes after the object make it no JSON: reading on throws.
        json.Read();
        return _seen.Result;
    }

    private bool TryReadTyped(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("type"u8))
        {
            json.Read();
            ReadLast(ref json);
            _seen.IsError |= json.TokenType == JsonTokenType.String && json.ValueTextEquals("error"u8);
            json.Skip();
        }
        else if (json.ValueTextEquals("response"u8))
        {
            json.Read();
            ReadUsageOf(ref json);
        }
        else if (json.ValueTextEquals("delta"u8))
        {
            json.Read();
            _words += SpokenTokens.Count(ref json);
        }
        else if (json.ValueTextEquals("sequence_number"u8))
        {
            json.Read();
            NextEvent = json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) ? number + 1 : NextEvent;
            json.Skip();
        }
        else if (json.ValueTextEquals("object"u8))
        {
            json.Read();
            _seen.IsResource |= json.TokenType == JsonTokenType.String && json.ValueTextEquals("response"u8);
            json.Skip();
        }
        else if (json.ValueTextEquals("status"u8))
        {
            json.Read();
            _ends |= AnswerEndWords.Read(ref json);
            json.Skip();
        }
        else
        {
            return false;
        }

        return true;
    }

    private void ReadOther(ref Utf8JsonReader json)
    {
        if (IsModel(ref json))
        {
            ReadModel(ref json);
            return;
        }

        var isError = json.ValueTextEquals("error"u8);
        json.Read();
        _seen.IsError |= isError && ErrorMember.TellsError(ref json);
        json.Skip();
    }

    private static bool IsLast(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.String
        && (json.ValueTextEquals("response.completed"u8)
            || json.ValueTextEquals("response.failed"u8)
            || json.ValueTextEquals("response.incomplete"u8)
            || json.ValueTextEquals("response.cancelled"u8)
            || json.ValueTextEquals("image_generation.completed"u8)
            || json.ValueTextEquals("image_edit.completed"u8)
            || json.ValueTextEquals("transcript.text.done"u8)
            || json.ValueTextEquals("speech.audio.done"u8));

    private void ReadUsageOf(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (IsModel(ref json))
            {
                ReadModel(ref json);
                continue;
            }

            var isUsage = json.ValueTextEquals("usage"u8);
            json.Read();
            if (isUsage)
            {
                ReadUsage(ref json);
            }
            else
            {
                json.Skip();
            }
        }
    }

    /// <summary>Reads the choices; false for a list without any.</summary>
    private bool ReadChoices(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return true;
        }

        var hasAny = false;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            hasAny = true;
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadChoice(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return hasAny;
    }

    private void ReadChoice(ref Utf8JsonReader json)
    {
        var index = 0;
        var isFinished = false;
        var isSpoken = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("index"u8))
            {
                index = ReadCount(ref json);
            }
            else if (json.ValueTextEquals("finish_reason"u8) || json.ValueTextEquals("finishReason"u8))
            {
                // Some servers write "" on every chunk until the last.
                json.Read();
                isFinished = json.TokenType == JsonTokenType.String && (json.HasValueSequence || !json.ValueSpan.IsEmpty);
                _ends |= isFinished ? AnswerEndWords.Read(ref json) : AnswerEnds.None;
            }
            else if (json.ValueTextEquals("delta"u8))
            {
                json.Read();
                isSpoken |= ReadDelta(ref json);
            }
            else if (json.ValueTextEquals("content"u8) || json.ValueTextEquals("text"u8))
            {
                json.Read();
                _words += SpokenTokens.Count(ref json);
            }

            json.Skip();
        }

        var bit = UInt128.One << Math.Min(index, MostChoices - 1);
        _begun |= bit;
        _finished |= isFinished ? bit : 0;
        _spoken |= isSpoken ? bit : 0;
    }

    private bool ReadDelta(ref Utf8JsonReader json)
    {
        var isSpoken = false;
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return isSpoken;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isAudio = json.ValueTextEquals("audio"u8);
            var isSaid = SpokenTokens.IsWord(ref json) || json.ValueTextEquals("tool_calls"u8);
            json.Read();
            isSpoken |= isAudio && json.TokenType == JsonTokenType.StartObject;
            _words += isSaid ? SpokenTokens.Count(ref json) : 0;
            json.Skip();
        }

        return isSpoken;
    }

    private bool ReadUsage(ref Utf8JsonReader json)
    {
        var isTold = _usage.Read(ref json);
        _seen.TellsUsage |= isTold;
        return isTold;
    }

    private static int ReadCount(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var count) && count >= 0 ? count : 0;
    }

    /// <summary>What the event under way holds.</summary>
    private struct Seen
    {
        public bool IsError;
        public bool IsResource;
        public bool HasNoChoice;
        public bool HasUsage;
        public bool TellsUsage;
        public bool TellsEnd;

        // A response that failed says why in itself, and is what was asked for.
        public readonly TapResult Result => IsResource ? TapResult.Useful
            : IsError ? TapResult.Error
            : HasNoChoice && HasUsage ? TapResult.Usage
            : TapResult.Useful;
    }
}
