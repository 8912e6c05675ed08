using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Surfaces;

/// <summary>Counts of tokens for callers: a provider tells one as <c>{"input_tokens":…}</c>.</summary>
internal sealed class CountSurface(ApiDialect dialect) : ISurface
{
    /// <inheritdoc/>
    public string StreamType => throw new NotSupportedException("A count does not stream.");

    /// <inheritdoc/>
    public ISurfaceStream Stream(IBufferWriter<byte> output) => throw new NotSupportedException("A count does not stream.");

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output)
    {
        using var document = JsonDocument.Parse(answer);
        if (document.RootElement.Integer("input_tokens"u8) is not { } tokens)
        {
            return false;
        }

        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber(dialect == ApiDialect.Anthropic ? "input_tokens"u8 : "totalTokens"u8, tokens);
        json.WriteEndObject();
        return true;
    }
}
