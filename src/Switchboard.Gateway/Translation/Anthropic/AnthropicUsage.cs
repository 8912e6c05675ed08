using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Anthropic;

/// <summary>
/// The tokens as Anthropic counts them: those read from a cache and those written to one stand beside
/// <c>input_tokens</c>, where OpenAI has them among the prompt's. What is told later wins, member by member.
/// </summary>
internal struct AnthropicUsage
{
    private int _input;
    private int _cacheRead;
    private int _cacheWritten;
    private int _output;
    private int _thinking;

    /// <summary>Reads <c>usage</c>.</summary>
    public void Read(JsonElement usage)
    {
        _input = usage.Integer("input_tokens"u8) ?? _input;
        _cacheRead = usage.Integer("cache_read_input_tokens"u8) ?? _cacheRead;
        _cacheWritten = usage.Integer("cache_creation_input_tokens"u8) ?? _cacheWritten;
        _output = usage.Integer("output_tokens"u8) ?? _output;
        _thinking = usage.Find("output_tokens_details"u8)?.Integer("thinking_tokens"u8) ?? _thinking;
    }

    /// <summary>The same as OpenAI counts.</summary>
    public readonly TokenUsage ToChat() => new()
    {
        Prompt = _input + _cacheRead + _cacheWritten,
        Completion = _output,
        Cached = _cacheRead,
        CacheWritten = _cacheWritten,
        Reasoning = _thinking,
    };
}
