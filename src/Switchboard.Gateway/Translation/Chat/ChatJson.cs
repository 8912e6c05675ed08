using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Chat;

/// <summary>The pieces of JSON that chunks and whole completions share. They are put together by hand: most of a piece is known beforehand.</summary>
internal static class ChatJson
{
    // As few escapes as JSON allows: the text is no HTML.
    private static readonly JavaScriptEncoder s_encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Writes a number.</summary>
    public static void Number(IBufferWriter<byte> output, long value)
    {
        var span = output.GetSpan(20);
        Utf8Formatter.TryFormat(value, span, out var length);
        output.Advance(length);
    }

    /// <summary>Writes text as it stands inside a JSON string, without quotes.</summary>
    public static void Escape(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var plain = s_encoder.FindFirstCharacterToEncodeUtf8(text);
            if (plain < 0)
            {
                output.Write(text);
                return;
            }

            output.Write(text[..plain]);
            text = text[plain..];

            // Room for the longest escape of one character at least.
            var span = output.GetSpan(Math.Max(64, Math.Min(text.Length * 2, 4096)));
            s_encoder.EncodeUtf8(text, span, out var read, out var written, isFinalBlock: true);
            output.Advance(written);
            text = text[read..];
        }
    }

    /// <summary>Writes text that is not escaped yet as it stands inside a JSON string.</summary>
    public static void Escape(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        Span<byte> piece = stackalloc byte[256];
        while (!text.IsEmpty)
        {
            Utf8.FromUtf16(text, piece, out var read, out var written, replaceInvalidSequences: true, isFinalBlock: true);
            Escape(output, piece[..written]);
            text = text[read..];
        }
    }

    /// <summary>Writes <c>usage</c>, as an object.</summary>
    public static void Usage(IBufferWriter<byte> output, in TokenUsage usage)
    {
        Member(output, "{\"prompt_tokens\":"u8, usage.Prompt);
        Member(output, ",\"completion_tokens\":"u8, usage.Completion);
        Member(output, ",\"total_tokens\":"u8, (long)usage.Prompt + usage.Completion);
        Member(output, ",\"prompt_tokens_details\":{\"cached_tokens\":"u8, usage.Cached);
        Member(output, ",\"audio_tokens\":"u8, usage.PromptAudio);
        if (usage.CacheWritten > 0)
        {
            // Not OpenAI's: what writing to a cache costs is told nowhere else.
            Member(output, ",\"cache_creation_tokens\":"u8, usage.CacheWritten);
        }

        Member(output, "},\"completion_tokens_details\":{\"reasoning_tokens\":"u8, usage.Reasoning);
        Member(output, ",\"audio_tokens\":"u8, usage.CompletionAudio);
        output.Write("}}"u8);
    }

    /// <summary>Writes the URL of a picture, as it stands inside a JSON string.</summary>
    public static void DataUrl(IBufferWriter<byte> output, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64)
    {
        output.Write("data:"u8);
        output.Write(mediaType);
        output.Write(";base64,"u8);
        output.Write(base64);
    }

    private static void Member(IBufferWriter<byte> output, ReadOnlySpan<byte> name, long value)
    {
        output.Write(name);
        Number(output, value);
    }
}
