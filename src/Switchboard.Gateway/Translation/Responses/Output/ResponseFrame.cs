using System.Buffers;
using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Responses.Output;

/// <summary>What is said of a response beside its output: its name, its time, and the request's members that it repeats.</summary>
/// <param name="key">The part of its id that cannot be guessed.</param>
/// <param name="time">The clock.</param>
/// <param name="echo">The request's members.</param>
internal sealed class ResponseFrame(string key, TimeProvider time, ResponseEcho echo)
{
    private byte[] _model = [];

    /// <summary>The part of the response's id that cannot be guessed; those of its items have it, too.</summary>
    public string Key => key;

    /// <summary>When it was asked for, in seconds.</summary>
    public long CreatedAt { get; } = time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Now, in seconds.</summary>
    public long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The caller asked for encrypted reasoning.</summary>
    public bool IncludesEncrypted => echo.IncludesEncrypted;

    /// <summary>The caller asked for the probabilities of tokens.</summary>
    public bool IncludesLogProbs => echo.IncludesLogProbs;

    /// <summary>True for a tool that takes a text.</summary>
    public bool IsCustomTool(ReadOnlySpan<byte> name) => echo.CustomTools.Count > 0 && echo.CustomTools.Contains(Encoding.UTF8.GetString(name));

    /// <summary>Names the model that answers; what is asked for stands where it is empty.</summary>
    public void Begin(ReadOnlySpan<byte> escaped) => _model = escaped.IsEmpty ? _model : escaped.ToArray();

    /// <summary>Writes the response.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="end">How far it has come.</param>
    /// <param name="items">Its output.</param>
    /// <param name="includesEncrypted">With what the provider wants back.</param>
    public void WriteTo(IBufferWriter<byte> output, in ResponseEnd end, IReadOnlyList<OutputItem> items, bool includesEncrypted)
    {
        output.Write("{\"id\":\""u8);
        output.Write(Encoding.ASCII.GetBytes(ResponseIds.OfResponse(key)));
        output.Write("\",\"object\":\"response\",\"created_at\":"u8);
        ChatJson.Number(output, CreatedAt);
        output.Write(",\"status\":\""u8);
        output.Write(end.Word);
        output.Write("\",\"background\":false,\"completed_at\":"u8);
        if (end.CompletedAt is { } completedAt)
        {
            ChatJson.Number(output, completedAt);
        }
        else
        {
            output.Write("null"u8);
        }

        output.Write(",\"error\":null,\"incomplete_details\":"u8);
        output.Write(end.Details);
        output.Write(",\"model\":\""u8);
        output.Write(_model.Length > 0 ? _model : echo.Model);
        output.Write("\",\"output\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            output.Write(i > 0 ? ","u8 : default);
            items[i].WriteTo(output, includesEncrypted);
        }

        output.Write("]"u8);
        output.Write(echo.Members);
        output.Write(",\"usage\":"u8);
        WriteUsage(output, end.Usage);
        output.Write("}"u8);
    }

    private static void WriteUsage(IBufferWriter<byte> output, TokenUsage? told)
    {
        if (told is not { } usage)
        {
            output.Write("null"u8);
            return;
        }

        Member(output, "{\"input_tokens\":"u8, usage.Prompt);
        Member(output, ",\"input_tokens_details\":{\"cached_tokens\":"u8, usage.Cached);
        Member(output, ",\"cache_write_tokens\":"u8, usage.CacheWritten);
        Member(output, "},\"output_tokens\":"u8, usage.Completion);
        Member(output, ",\"output_tokens_details\":{\"reasoning_tokens\":"u8, usage.Reasoning);
        Member(output, "},\"total_tokens\":"u8, (long)usage.Prompt + usage.Completion);
        output.Write("}"u8);
    }

    private static void Member(IBufferWriter<byte> output, ReadOnlySpan<byte> name, long value)
    {
        output.Write(name);
        ChatJson.Number(output, value);
    }
}

/// <summary>How far a response has come.</summary>
internal readonly ref struct ResponseEnd
{
    /// <summary>Its status; none while it is under way.</summary>
    public FinishReason? Reason { get; init; }

    /// <summary>When it was complete.</summary>
    public long? CompletedAt { get; init; }

    /// <summary>Its tokens, once they were told.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>True for an answer that was cut off.</summary>
    public bool IsIncomplete => Reason is FinishReason.Length or FinishReason.ContentFilter;

    /// <summary>Its status as it is written.</summary>
    public ReadOnlySpan<byte> Word => Reason is null ? "in_progress"u8 : IsIncomplete ? "incomplete"u8 : "completed"u8;

    /// <summary>Why it is not complete, JSON.</summary>
    public ReadOnlySpan<byte> Details => Reason switch
    {
        FinishReason.Length => "{\"reason\":\"max_output_tokens\"}"u8,
        FinishReason.ContentFilter => "{\"reason\":\"content_filter\"}"u8,
        _ => "null"u8,
    };
}
