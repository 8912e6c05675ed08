using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary>
/// A chat completion as the parts of candidates. A call is one part and is told when all of it is there. How parts are
/// written is a derived class's: as chunks, or into one answer.
/// </summary>
internal abstract class GeminiAnswerParts(ChatStamp stamp) : IChatOutput
{
    private readonly List<AnswerCandidate> _candidates = [];
    private readonly ArrayBufferWriter<byte> _part = new(256);

    /// <summary>The answer's id, escaped.</summary>
    protected byte[] Id { get; private set; } = [];

    /// <summary>The model that answers, escaped.</summary>
    protected byte[] Model { get; private set; } = [];

    /// <summary>The candidates that have begun.</summary>
    protected IReadOnlyList<AnswerCandidate> Candidates => _candidates;

    /// <summary>The tokens; null while they were not told.</summary>
    protected TokenUsage? Usage { get; private set; }

    /// <inheritdoc/>
    public void Begin(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model)
    {
        if (Id.Length == 0)
        {
            Id = id.IsEmpty ? System.Text.Encoding.ASCII.GetBytes(stamp.NewId()) : id.ToArray();
            Model = model.IsEmpty ? Escaped(stamp.Model) : model.ToArray();
        }
    }

    /// <inheritdoc/>
    public void Text(int choice, ReadOnlySpan<byte> escaped) => Say(choice, escaped, isThought: false);

    /// <inheritdoc/>
    public void Reasoning(int choice, ReadOnlySpan<byte> escaped)
    {
        Of(choice).HasReasoned = true;
        Say(choice, escaped, isThought: true);
    }

    /// <inheritdoc/>
    public void ReasoningDetail(int choice, ReadOnlySpan<byte> json)
    {
        var detail = ReasoningPiece.Read(json);
        if (detail.Data.IsEmpty && detail.Signature.IsEmpty)
        {
            if (!Of(choice).HasReasoned)
            {
                Say(choice, detail.Text, isThought: true);
            }

            return;
        }

        _part.ResetWrittenCount();
        _part.Write("{\"text\":\"\",\"thought\":true,\"thoughtSignature\":\""u8);
        KeptReasoning.Write(_part, default, json);
        _part.Write("\"}"u8);
        Tell(choice, _part.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Refusal(int choice, ReadOnlySpan<byte> escaped) => Say(choice, escaped, isThought: false);

    /// <inheritdoc/>
    public void ToolCall(int choice, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra = default)
    {
        EndCall(choice);
        Of(choice).Call = new AnswerCall
        {
            Id = id.IsEmpty ? System.Text.Encoding.ASCII.GetBytes(stamp.NewToolId()) : id.ToArray(),
            Name = name.ToArray(),
            Signature = SignatureOf(extra),
        };
    }

    /// <inheritdoc/>
    public void ToolArguments(int choice, ReadOnlySpan<byte> escaped) => Of(choice).Call?.Arguments.Write(escaped);

    /// <inheritdoc/>
    public void Annotation(int choice, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var page = document.RootElement.Find("url_citation"u8) ?? document.RootElement;
        if (page.Find("url"u8) is not { ValueKind: JsonValueKind.String } url)
        {
            return;
        }

        var pages = Of(choice).Pages;
        pages.Write(pages.WrittenCount > 0 ? ",{\"web\":{\"uri\":"u8 : "{\"web\":{\"uri\":"u8);
        pages.Write(url.Raw());
        pages.Write(",\"title\":\""u8);
        pages.Write(page.Escaped("title"u8));
        pages.Write("\"}}"u8);
    }

    /// <inheritdoc/>
    public void Image(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64)
    {
        EndCall(choice);
        var part = new ArrayBufferWriter<byte>(base64.Length + 64);
        part.Write("{\"inlineData\":{\"mimeType\":\""u8);
        part.Write(mediaType);
        part.Write("\",\"data\":\""u8);
        part.Write(base64);
        part.Write("\"}}"u8);
        Tell(choice, part.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Audio(int choice, ReadOnlySpan<byte> base64)
    {
        // Its caller has no way to ask for sound here.
    }

    /// <inheritdoc/>
    public void LogProbs(int choice, ReadOnlySpan<byte> json)
    {
        // They are not asked for: the request's are dropped, and named.
    }

    /// <inheritdoc/>
    public void Finish(int choice, FinishReason reason)
    {
        EndCall(choice);
        Of(choice).Reason ??= reason;
    }

    /// <inheritdoc/>
    public void Tokens(in TokenUsage usage) => Usage = usage;

    /// <summary>Tells more text of a candidate.</summary>
    protected abstract void TellText(int choice, ReadOnlySpan<byte> escaped, bool isThought);

    /// <summary>Tells a whole part of a candidate, raw JSON.</summary>
    protected abstract void Tell(int choice, ReadOnlySpan<byte> part);

    /// <summary>The state of a candidate.</summary>
    protected AnswerCandidate Of(int choice)
    {
        while (_candidates.Count <= choice)
        {
            _candidates.Add(new AnswerCandidate());
        }

        return _candidates[choice];
    }

    /// <summary>Writes why a candidate ended and what it rests on, as members.</summary>
    protected static void WriteEnd(IBufferWriter<byte> output, AnswerCandidate candidate, int index)
    {
        output.Write(",\"finishReason\":\""u8);
        output.Write(candidate.Reason switch
        {
            FinishReason.Length => "MAX_TOKENS"u8,
            FinishReason.ContentFilter => "SAFETY"u8,
            _ => "STOP"u8,
        });
        output.Write("\",\"index\":"u8);
        ChatJson.Number(output, index);
        if (candidate.Pages.WrittenCount > 0)
        {
            output.Write(",\"groundingMetadata\":{\"groundingChunks\":["u8);
            output.Write(candidate.Pages.WrittenSpan);
            output.Write("]}"u8);
        }
    }

    /// <summary>Writes the members that stand behind the candidates.</summary>
    protected void WriteTail(IBufferWriter<byte> output, bool withUsage)
    {
        Begin(default, default);
        if (withUsage && Usage is { } usage)
        {
            WriteUsage(output, usage);
        }

        output.Write(",\"modelVersion\":\""u8);
        output.Write(Model);
        output.Write("\",\"responseId\":\""u8);
        output.Write(Id);
        output.Write("\"}"u8);
    }

    // What was thought stands beside the answer's tokens here.
    private static void WriteUsage(IBufferWriter<byte> output, in TokenUsage usage)
    {
        output.Write(",\"usageMetadata\":{\"promptTokenCount\":"u8);
        ChatJson.Number(output, usage.Prompt);
        output.Write(",\"candidatesTokenCount\":"u8);
        ChatJson.Number(output, Math.Max(0, usage.Completion - usage.Reasoning));
        output.Write(",\"totalTokenCount\":"u8);
        ChatJson.Number(output, (long)usage.Prompt + usage.Completion);
        if (usage.Cached > 0)
        {
            output.Write(",\"cachedContentTokenCount\":"u8);
            ChatJson.Number(output, usage.Cached);
        }

        if (usage.Reasoning > 0)
        {
            output.Write(",\"thoughtsTokenCount\":"u8);
            ChatJson.Number(output, usage.Reasoning);
        }

        output.Write("}"u8);
    }

    private void Say(int choice, ReadOnlySpan<byte> escaped, bool isThought)
    {
        if (!escaped.IsEmpty)
        {
            EndCall(choice);
            TellText(choice, escaped, isThought);
        }
    }

    private void EndCall(int choice)
    {
        if (Of(choice).Call is not { } call)
        {
            return;
        }

        Of(choice).Call = null;
        _part.ResetWrittenCount();
        call.WriteTo(_part);
        Tell(choice, _part.WrittenSpan);
    }

    private static byte[] SignatureOf(ReadOnlySpan<byte> extra)
    {
        if (extra.IsEmpty)
        {
            return [];
        }

        var reader = new Utf8JsonReader(extra[",\"extra_content\":"u8.Length..]);
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.Find("google"u8) is { } google ? google.Escaped("thought_signature"u8).ToArray() : [];
    }

    private static byte[] Escaped(string text)
    {
        var escaped = new ArrayBufferWriter<byte>(text.Length + 8);
        ChatJson.Escape(escaped, text);
        return escaped.WrittenSpan.ToArray();
    }
}

/// <summary>How far a candidate has come.</summary>
internal sealed class AnswerCandidate
{
    /// <summary>The call under way.</summary>
    public AnswerCall? Call { get; set; }

    /// <summary>Reasoning was told by itself.</summary>
    public bool HasReasoned { get; set; }

    /// <summary>Why it ended.</summary>
    public FinishReason? Reason { get; set; }

    /// <summary>The pages that it cites, elements of <c>groundingChunks</c>.</summary>
    public ArrayBufferWriter<byte> Pages { get; } = new();

    /// <summary>Its parts, where they are collected.</summary>
    public ArrayBufferWriter<byte> Parts { get; } = new();

    /// <summary>The text part under way, where parts are collected: its kind; null for none.</summary>
    public bool? IsThinking { get; set; }
}

/// <summary>A call under way.</summary>
internal sealed class AnswerCall
{
    /// <summary>Its id, escaped.</summary>
    public required byte[] Id { get; init; }

    /// <summary>The function's name, escaped.</summary>
    public required byte[] Name { get; init; }

    /// <summary>Google's signature of the thoughts before it, escaped; empty for none.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>Its arguments so far, escaped.</summary>
    public ArrayBufferWriter<byte> Arguments { get; } = new();

    /// <summary>Writes it as a part.</summary>
    public void WriteTo(ArrayBufferWriter<byte> output)
    {
        output.Write("{\"functionCall\":{\"id\":\""u8);
        output.Write(Id);
        output.Write("\",\"name\":\""u8);
        output.Write(Name);
        output.Write("\",\"args\":"u8);
        byte[] quoted = [(byte)'"', .. Arguments.WrittenSpan, (byte)'"'];
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            Translation.ToolArguments.WriteObject(json, JsonElement.Parse(quoted));
        }

        output.Write("}"u8);
        if (Signature.Length > 0)
        {
            output.Write(",\"thoughtSignature\":\""u8);
            output.Write(Signature);
            output.Write("\""u8);
        }

        output.Write("}"u8);
    }
}
