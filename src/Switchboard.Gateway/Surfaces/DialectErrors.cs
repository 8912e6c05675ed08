using System.Buffers;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation.Anthropic.Surface;
using Switchboard.Gateway.Translation.Gemini.Surface;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Surfaces;

/// <summary>Errors in the dialects of callers.</summary>
public static class DialectErrors
{
    /// <summary>The status of an error.</summary>
    public static int StatusOf(ApiDialect dialect, GatewayError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return dialect switch
        {
            ApiDialect.Anthropic => AnthropicErrors.StatusOf(error),
            ApiDialect.Gemini => GeminiErrors.StatusOf(error),
            _ => error.Status,
        };
    }

    /// <summary>Writes the body of an error answer.</summary>
    /// <param name="dialect">The caller's.</param>
    /// <param name="output">Where to.</param>
    /// <param name="error">What went wrong.</param>
    /// <param name="requestId">The request's id, for dialects that name it.</param>
    public static void Write(ApiDialect dialect, IBufferWriter<byte> output, GatewayError error, string requestId)
    {
        ArgumentNullException.ThrowIfNull(error);
        switch (dialect)
        {
            case ApiDialect.Anthropic:
                AnthropicErrors.Write(output, error, requestId);
                break;
            case ApiDialect.Gemini:
                GeminiErrors.Write(output, error);
                break;
            default:
                error.Body.WriteTo(output);
                break;
        }
    }

    /// <summary>Writes the event of an error inside a stream of a dialect that is not OpenAI's.</summary>
    internal static void WriteEvent(ApiDialect dialect, IBufferWriter<byte> output, ErrorBody error)
    {
        if (dialect == ApiDialect.Anthropic)
        {
            AnthropicErrors.WriteEvent(output, error);
        }
        else
        {
            GeminiErrors.WriteEvent(output, error);
        }
    }
}
