using System.Text.Json;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>
/// The usual event of a stream, read as its bytes lie: one candidate with one part, and that part text. Anything more in
/// it, and it is read the long way.
/// </summary>
internal ref struct GeminiTextEvent
{
    private Utf8JsonReader _json;
    private GeminiUsage _usage;

    /// <summary>An event that is to be read.</summary>
    /// <param name="data">Its data.</param>
    /// <param name="usage">What was counted before.</param>
    public GeminiTextEvent(ReadOnlySpan<byte> data, in GeminiUsage usage)
    {
        _json = new Utf8JsonReader(data);
        _usage = usage;
    }

    /// <summary>The candidate.</summary>
    public int Choice { get; private set; }

    /// <summary>Its text, escaped.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>The text is a thought.</summary>
    public bool IsThought { get; private set; }

    /// <summary>The tokens so far.</summary>
    public readonly GeminiUsage Usage => _usage;

    /// <summary>Reads the event; false where it is any other.</summary>
    public bool TryRead()
    {
        var hasCandidate = false;
        if (!Next(JsonTokenType.StartObject))
        {
            return false;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("candidates"u8))
            {
                if (hasCandidate || !TryReadCandidates())
                {
                    return false;
                }

                hasCandidate = true;
            }
            else if (_json.ValueTextEquals("usageMetadata"u8))
            {
                _json.Read();
                _usage.Read(ref _json);
            }
            else if (!TrySkip())
            {
                return false;
            }
        }

        return hasCandidate && _json.TokenType == JsonTokenType.EndObject;
    }

    // What is the same in every event.
    private bool TrySkip()
    {
        var isKnown = _json.ValueTextEquals("modelVersion"u8) || _json.ValueTextEquals("responseId"u8) || _json.ValueTextEquals("createTime"u8);
        _json.Read();
        _json.Skip();
        return isKnown;
    }

    private bool TryReadCandidates()
    {
        if (!Next(JsonTokenType.StartArray) || !Next(JsonTokenType.StartObject))
        {
            return false;
        }

        var hasContent = false;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("content"u8))
            {
                if (hasContent || !TryReadContent())
                {
                    return false;
                }

                hasContent = true;
            }
            else if (!TryReadMember())
            {
                return false;
            }
        }

        return hasContent && Next(JsonTokenType.EndArray);
    }

    private bool TryReadMember()
    {
        if (_json.ValueTextEquals("index"u8))
        {
            if (!Next(JsonTokenType.Number) || !_json.TryGetInt32(out var index))
            {
                return false;
            }

            Choice = index;
            return index is >= 0 and <= GeminiAnswerToChat.LastChoice;
        }

        var isKnown = _json.ValueTextEquals("safetyRatings"u8) || _json.ValueTextEquals("avgLogprobs"u8);
        _json.Read();
        _json.Skip();
        return isKnown;
    }

    private bool TryReadContent()
    {
        if (!Next(JsonTokenType.StartObject))
        {
            return false;
        }

        var hasParts = false;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("parts"u8))
            {
                if (hasParts || !TryReadParts())
                {
                    return false;
                }

                hasParts = true;
            }
            else
            {
                // The role.
                _json.Read();
                _json.Skip();
            }
        }

        return hasParts;
    }

    private bool TryReadParts()
    {
        if (!Next(JsonTokenType.StartArray) || !Next(JsonTokenType.StartObject))
        {
            return false;
        }

        var hasText = false;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("text"u8))
            {
                if (!Next(JsonTokenType.String))
                {
                    return false;
                }

                Text = _json.ValueSpan;
                hasText = true;
            }
            else if (_json.ValueTextEquals("thought"u8))
            {
                _json.Read();
                IsThought = _json.TokenType == JsonTokenType.True;
            }
            else
            {
                return false;
            }
        }

        return hasText && Next(JsonTokenType.EndArray);
    }

    private bool Next(JsonTokenType type) => _json.Read() && _json.TokenType == type;
}
