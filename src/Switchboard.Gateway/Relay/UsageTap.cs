using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Reads what answers tell of their usage, in the words of OpenAI's, Anthropic's and Google's APIs. What is told later
/// stands for what was told before; what is not told again stays. It allocates nothing.
/// </summary>
internal struct UsageTap
{
    private int _prompt;
    private bool _isWhole;
    private int _completion;
    private int _total;
    private int _cached;
    private int _cachedBeside;
    private int _written;
    private int _writtenBeside;
    private int _toolsBeside;
    private int _reasoning;
    private int _reasoningBeside;
    private int _promptAudio;
    private int _promptImage;
    private int _completionAudio;
    private int _completionImage;

    /// <summary>True once a usage was read.</summary>
    public bool HasAny { get; private set; }

    /// <summary>The seconds of sound that are told in the place of tokens.</summary>
    public decimal Seconds { get; private set; }

    /// <summary>The usage as told last; parts that stand beside the whole are put into it.</summary>
    public readonly TokenUsage Usage
    {
        get
        {
            // xAI counts reasoning beside the answer, and shows that in the total alone.
            var isBeside = _reasoning > 0 && _total == _prompt + _completion + _reasoning;

            // LiteLLM tells Anthropic's cache in Anthropic's words, too, and has counted it in OpenAI's.
            var (cachedBeside, writtenBeside) = _isWhole ? (0, 0) : (_cachedBeside, _writtenBeside);
            return new TokenUsage(_prompt + cachedBeside + writtenBeside + _toolsBeside, _completion + _reasoningBeside + (isBeside ? _reasoning : 0))
            {
                Cached = _isWhole ? Math.Max(_cached, _cachedBeside) : _cached + _cachedBeside,
                CacheWritten = _isWhole ? Math.Max(_written, _writtenBeside) : _written + _writtenBeside,
                PromptAudio = _promptAudio,
                PromptImage = _promptImage,
                Reasoning = _reasoning + _reasoningBeside,
                CompletionAudio = _completionAudio,
                CompletionImage = _completionImage,
            };
        }
    }

    /// <summary>Reads a usage, from its first token to its last; false where there is none, as in <c>null</c>.</summary>
    public bool Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return false;
        }

        HasAny = true;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryReadWhole(ref json) && !TryReadBeside(ref json))
            {
                ReadDetails(ref json);
            }

            json.Skip();
        }

        return true;
    }

    private bool TryReadWhole(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("prompt_tokens"u8))
        {
            (_prompt, _isWhole) = (ReadCount(ref json), true);
        }
        else if (json.ValueTextEquals("input_tokens"u8) || json.ValueTextEquals("promptTokenCount"u8))
        {
            _prompt = ReadCount(ref json);
        }
        else if (json.ValueTextEquals("completion_tokens"u8) || json.ValueTextEquals("output_tokens"u8) || json.ValueTextEquals("candidatesTokenCount"u8))
        {
            _completion = ReadCount(ref json);
        }
        else if (json.ValueTextEquals("total_tokens"u8))
        {
            _total = ReadCount(ref json);
        }
        else if (json.ValueTextEquals("cached_tokens"u8) || json.ValueTextEquals("cachedContentTokenCount"u8) || json.ValueTextEquals("prompt_cache_hit_tokens"u8))
        {
            // Of the prompt: Moonshot, Google, DeepSeek.
            _cached = ReadCount(ref json);
        }
        else if (json.ValueTextEquals("seconds"u8))
        {
            json.Read();
            Seconds = json.TokenType == JsonTokenType.Number && json.TryGetDecimal(out var seconds) && seconds > 0 ? seconds : 0;
        }
        else
        {
            return false;
        }

        return true;
    }

    // What others count within the prompt or the answer, Anthropic and Google count beside it.
    private bool TryReadBeside(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("cache_read_input_tokens"u8))
        {
            _cachedBeside = ReadCount(ref json);
        }
        else if (json.ValueTextEquals("cache_creation_input_tokens"u8))
        {
            _writtenBeside = ReadCount(ref json);
        }
        else if (json.ValueTextEquals("toolUsePromptTokenCount"u8))
        {
            _toolsBeside = ReadCount(ref json);
        }
        else if (json.ValueTextEquals("thoughtsTokenCount"u8))
        {
            _reasoningBeside = ReadCount(ref json);
        }
        else
        {
            return false;
        }

        return true;
    }

    private void ReadDetails(ref Utf8JsonReader json)
    {
        var isPrompt = json.ValueTextEquals("prompt_tokens_details"u8) || json.ValueTextEquals("input_tokens_details"u8) || json.ValueTextEquals("input_token_details"u8);
        var isGooglePrompt = json.ValueTextEquals("promptTokensDetails"u8);
        var isAnswer = json.ValueTextEquals("completion_tokens_details"u8) || json.ValueTextEquals("output_tokens_details"u8) || json.ValueTextEquals("output_token_details"u8);
        var isGoogleAnswer = json.ValueTextEquals("candidatesTokensDetails"u8);
        json.Read();
        if (isPrompt && json.TokenType == JsonTokenType.StartObject)
        {
            ReadPromptDetails(ref json);
        }
        else if (isAnswer && json.TokenType == JsonTokenType.StartObject)
        {
            ReadAnswerDetails(ref json);
        }
        else if (isGooglePrompt && json.TokenType == JsonTokenType.StartArray)
        {
            (_promptAudio, _promptImage) = ReadModalities(ref json);
        }
        else if (isGoogleAnswer && json.TokenType == JsonTokenType.StartArray)
        {
            (_completionAudio, _completionImage) = ReadModalities(ref json);
        }
    }

    private void ReadPromptDetails(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("cached_tokens"u8))
            {
                _cached = ReadCount(ref json);
            }
            else if (json.ValueTextEquals("cache_write_tokens"u8) || json.ValueTextEquals("cache_creation_tokens"u8))
            {
                _written = ReadCount(ref json);
            }
            else if (json.ValueTextEquals("audio_tokens"u8))
            {
                _promptAudio = ReadCount(ref json);
            }
            else if (json.ValueTextEquals("image_tokens"u8))
            {
                _promptImage = ReadCount(ref json);
            }

            json.Skip();
        }
    }

    private void ReadAnswerDetails(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("reasoning_tokens"u8))
            {
                _reasoning = ReadCount(ref json);
            }
            else if (json.ValueTextEquals("audio_tokens"u8))
            {
                _completionAudio = ReadCount(ref json);
            }
            else if (json.ValueTextEquals("image_tokens"u8))
            {
                _completionImage = ReadCount(ref json);
            }

            json.Skip();
        }
    }

    // Google's: a list of kinds, each with its count.
    private static (int Audio, int Image) ReadModalities(ref Utf8JsonReader json)
    {
        var (audio, image) = (0, 0);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                continue;
            }

            var (isAudio, isImage, count) = (false, false, 0);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("modality"u8))
                {
                    json.Read();
                    isAudio = json.TokenType == JsonTokenType.String && json.ValueTextEquals("AUDIO"u8);
                    isImage = json.TokenType == JsonTokenType.String && json.ValueTextEquals("IMAGE"u8);
                }
                else if (json.ValueTextEquals("tokenCount"u8))
                {
                    count = ReadCount(ref json);
                }

                json.Skip();
            }

            audio += isAudio ? count : 0;
            image += isImage ? count : 0;
        }

        return (audio, image);
    }

    private static int ReadCount(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var count) && count >= 0 ? count : 0;
    }
}
