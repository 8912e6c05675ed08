using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>
/// Answers of <c>generateContent</c> as chat completions. Nothing marks the end of a stream: it is whole when every
/// candidate has its reason to finish, and the tokens may come after that.
/// </summary>
/// <remarks>Source: the Gemini API, "GenerateContentResponse".</remarks>
internal sealed class GeminiAnswerToChat : ForeignAnswer
{
    /// <summary>The greatest number that a candidate may have.</summary>
    public const int LastChoice = 127;

    private readonly List<GeminiCandidate> _candidates = [];
    private GeminiUsage _usage;
    private bool _hasBegun;
    private bool _isWhole;

    /// <inheritdoc/>
    public override ForeignPiece ReadWhole(ReadOnlyMemory<byte> body, IChatOutput output)
    {
        _isWhole = true;
        using var document = JsonDocument.Parse(body);
        var piece = Read(document.RootElement, output);
        for (var choice = 0; piece == ForeignPiece.Taken && choice < _candidates.Count; choice++)
        {
            // All of it is here, so one without a reason has none to tell.
            EndCall(_candidates[choice], output, choice);
            output.Finish(choice, _candidates[choice].HasCalls ? FinishReason.ToolCalls : FinishReason.Stop);
        }

        return piece;
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, IChatOutput output)
    {
        // Most events are a piece of text, and this finds all there is in one without looking elsewhere. The first one
        // is not: it names the answer behind its text.
        var read = new GeminiTextEvent(data, _usage);
        if (_hasBegun && read.TryRead())
        {
            Say(Of(read.Choice), read.Text, read.IsThought, output, read.Choice);
            Count(read.Usage, output);
            return ForeignPiece.Taken;
        }

        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        return Read(document.RootElement, output);
    }

    private ForeignPiece Read(JsonElement root, IChatOutput output)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == 1)
        {
            // Some errors come in a list.
            root = root[0];
        }

        if (root.Find("error"u8) is not null)
        {
            return ForeignPiece.Error;
        }

        var candidates = root.Find("candidates"u8) is { ValueKind: JsonValueKind.Array } list ? list : default;
        var block = root.Find("promptFeedback"u8)?.Text("blockReason"u8);
        if (candidates.ValueKind == JsonValueKind.Undefined && block is null && root.Find("usageMetadata"u8) is null && root.Find("responseId"u8) is null)
        {
            return ForeignPiece.Malformed;
        }

        output.Begin(root.Escaped("responseId"u8), root.Escaped("modelVersion"u8));
        _hasBegun = true;
        if (candidates.ValueKind == JsonValueKind.Array)
        {
            foreach (var candidate in candidates.EnumerateArray())
            {
                ReadCandidate(candidate, output);
            }
        }

        if (block is not null && _candidates.Count == 0)
        {
            // Counted as a candidate: further events may say it again.
            Of(0);
            GeminiFinish.WriteBlocked(root.GetProperty("promptFeedback"u8), block, output);
        }

        if (root.Find("usageMetadata"u8) is { } usage)
        {
            ReadUsage(usage, output);
        }

        return ForeignPiece.Taken;
    }

    private void ReadUsage(JsonElement usage, IChatOutput output)
    {
        var reader = new Utf8JsonReader(usage.Raw());
        reader.Read();
        var counted = _usage;
        counted.Read(ref reader);
        Count(counted, output);
    }

    private void Count(in GeminiUsage usage, IChatOutput output)
    {
        _usage = usage;
        if (usage.IsTold)
        {
            output.Tokens(usage.ToChat());
        }
    }

    private void ReadCandidate(JsonElement element, IChatOutput output)
    {
        var choice = element.Integer("index"u8) ?? 0;
        if (choice is < 0 or > LastChoice)
        {
            throw new InvalidOperationException("The number of a candidate is out of range.");
        }

        var candidate = Of(choice);
        if (element.Find("content"u8)?.Find("parts"u8) is { ValueKind: JsonValueKind.Array } parts)
        {
            foreach (var part in parts.EnumerateArray())
            {
                ReadPart(part, candidate, output, choice);
            }
        }

        if (element.Find("logprobsResult"u8) is { } probabilities)
        {
            GeminiLogProbs.Write(probabilities, output, choice);
        }

        if (element.Find("groundingMetadata"u8) is { } grounding)
        {
            GeminiCitations.WriteGrounding(grounding, candidate, output, choice);
        }

        if (element.Find("citationMetadata"u8) is { } citations)
        {
            GeminiCitations.WriteRecited(citations, candidate, output, choice);
        }

        if (_isWhole && candidate.Sound.WrittenCount > 0)
        {
            output.Audio(choice, System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(PcmSound.ToWav(candidate.Sound.WrittenSpan))));
        }

        if (element.Text("finishReason"u8) is { } reason and not "FINISH_REASON_UNSPECIFIED")
        {
            EndCall(candidate, output, choice);
            GeminiFinish.Write(element, reason, candidate, output, choice);
        }
    }

    private void ReadPart(JsonElement part, GeminiCandidate candidate, IChatOutput output, int choice)
    {
        var signature = part.Escaped("thoughtSignature"u8);
        var isThought = part.IsTrue("thought"u8);
        if (part.Find("functionCall"u8) is { } call)
        {
            ReadCall(call, signature, candidate, output, choice);
        }
        else if (part.Find("text"u8) is { ValueKind: JsonValueKind.String } text)
        {
            Say(candidate, text.Escaped(), isThought, output, choice);
            Sign(signature, isThought ? text.Escaped() : default, id: "", candidate, output, choice);
        }
        else if (part.Find("inlineData"u8) is { } data)
        {
            ReadData(data, isThought, signature, candidate, output, choice);
        }
        else if (part.Find("executableCode"u8) is { } code)
        {
            var language = code.Text("language"u8) == "PYTHON" ? "python"u8 : default;
            Fence(language, code.Escaped("code"u8), candidate, output, choice);
        }
        else if (part.Find("codeExecutionResult"u8) is { } result)
        {
            Fence(default, result.Escaped("output"u8), candidate, output, choice);
        }
        else
        {
            Sign(signature, default, id: "", candidate, output, choice);
        }
    }

    private static void Say(GeminiCandidate candidate, ReadOnlySpan<byte> text, bool isThought, IChatOutput output, int choice)
    {
        if (isThought)
        {
            output.Reasoning(choice, text);
        }
        else
        {
            candidate.Say(text);
            output.Text(choice, text);
        }
    }

    // Code that ran at Google's, and what it wrote, as its own clients show them.
    private static void Fence(ReadOnlySpan<byte> language, ReadOnlySpan<byte> escaped, GeminiCandidate candidate, IChatOutput output, int choice)
    {
        Say(candidate, candidate.HasSaid ? "\\n```"u8 : "```"u8, isThought: false, output, choice);
        Say(candidate, language, isThought: false, output, choice);
        Say(candidate, "\\n"u8, isThought: false, output, choice);
        Say(candidate, escaped, isThought: false, output, choice);
        Say(candidate, escaped.EndsWith("\\n"u8) ? "```\\n"u8 : "\\n```\\n"u8, isThought: false, output, choice);
    }

    private void ReadData(JsonElement data, bool isThought, ReadOnlySpan<byte> signature, GeminiCandidate candidate, IChatOutput output, int choice)
    {
        var mediaType = data.Escaped("mimeType"u8);
        if (isThought || data.Find("data"u8) is not { ValueKind: JsonValueKind.String } base64)
        {
            // A sketch on the way to the picture, or nothing.
            return;
        }

        candidate.HasSaid = true;
        if (!mediaType.StartsWith("audio/"u8))
        {
            output.Image(choice, mediaType, base64.Escaped());
            Sign(signature, default, string.Create(CultureInfo.InvariantCulture, $"{GeminiReasoning.ImageId}{candidate.Images++}"), candidate, output, choice);
        }
        else if (_isWhole)
        {
            candidate.Sound.Write(base64.GetBytesFromBase64());
        }
        else
        {
            output.Audio(choice, base64.Escaped());
        }
    }

    private static void ReadCall(JsonElement call, ReadOnlySpan<byte> signature, GeminiCandidate candidate, IChatOutput output, int choice)
    {
        var name = call.Escaped("name"u8);
        if (!name.IsEmpty)
        {
            EndCall(candidate, output, choice);
            candidate.HasCalls = true;
            candidate.IsInCall = true;
            output.ToolCall(choice, call.Escaped("id"u8), name, ExtraOf(signature));
        }

        if (call.Find("args"u8) is { ValueKind: JsonValueKind.Object } arguments && arguments.EnumerateObject().MoveNext())
        {
            CheckInCall(candidate);
            EscapedJson.WriteArguments(output, choice, arguments.Raw());
        }

        if (call.Find("partialArgs"u8) is { ValueKind: JsonValueKind.Array } pieces)
        {
            CheckInCall(candidate);
            (candidate.Arguments ??= new GeminiArguments()).Add(pieces);
        }

        if (!call.IsTrue("willContinue"u8))
        {
            EndCall(candidate, output, choice);
        }
    }

    private static void CheckInCall(GeminiCandidate candidate)
    {
        if (!candidate.IsInCall)
        {
            throw new InvalidOperationException("Arguments belong to no call.");
        }
    }

    private static void EndCall(GeminiCandidate candidate, IChatOutput output, int choice)
    {
        if (candidate.Arguments is { } arguments)
        {
            EscapedJson.WriteArguments(output, choice, arguments.ToJson());
        }

        candidate.Arguments = null;
        candidate.IsInCall = false;
    }

    // As Google's own OpenAI-compatible endpoint has it.
    private static byte[] ExtraOf(ReadOnlySpan<byte> signature) =>
        signature.IsEmpty ? [] : [.. ",\"extra_content\":{\"google\":{\"thought_signature\":\""u8, .. signature, .. "\"}}"u8];

    private static void Sign(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> thought, string id, GeminiCandidate candidate, IChatOutput output, int choice)
    {
        if (signature.IsEmpty)
        {
            return;
        }

        var detail = new ArrayBufferWriter<byte>(signature.Length + thought.Length + 128);
        detail.Write(thought.IsEmpty ? "{\"type\":\"reasoning.encrypted\",\"data\":\""u8 : "{\"type\":\"reasoning.text\",\"text\":\""u8);
        if (!thought.IsEmpty)
        {
            detail.Write(thought);
            detail.Write("\",\"signature\":\""u8);
        }

        detail.Write(signature);
        if (id.Length > 0)
        {
            detail.Write("\",\"id\":\""u8);
            ChatJson.Escape(detail, id);
        }

        detail.Write("\",\"format\":\""u8);
        ChatJson.Escape(detail, GeminiReasoning.Format);
        detail.Write("\",\"index\":"u8);
        ChatJson.Number(detail, candidate.Details++);
        detail.Write("}"u8);
        output.ReasoningDetail(choice, detail.WrittenSpan);
    }

    private GeminiCandidate Of(int choice)
    {
        while (_candidates.Count <= choice)
        {
            _candidates.Add(new GeminiCandidate());
        }

        return _candidates[choice];
    }
}
