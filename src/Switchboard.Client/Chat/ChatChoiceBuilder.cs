using System.Text.Json;
using Switchboard.Client.Helpers;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Chat;

/// <summary>Puts one choice together from its pieces.</summary>
internal sealed class ChatChoiceBuilder(int index)
{
    private readonly ToolCallListBuilder _toolCalls = new(index);
    private GrowingText? _content;
    private GrowingText? _refusal;
    private GrowingText? _functionName;
    private GrowingText? _functionArguments;
    private ChatAudioBuilder? _audio;
    private List<ChatTokenLogprob>? _contentLogprobs;
    private List<ChatTokenLogprob>? _refusalLogprobs;
    private GrowingJson? _extra;
    private GrowingJson? _messageExtra;
    private string _finishReason = "";

    public bool IsFinished => _finishReason.Length > 0;

    public void Add(ChatChunkChoice piece, List<ChatStreamEvent>? events)
    {
        if (piece.Delta is { } delta)
        {
            AddTexts(delta, events);
            AddCalls(delta, events);
            AddExtra(delta.Extra, events);
        }

        AddLogprobs(piece.Logprobs, events);
        foreach (var (name, value) in piece.Extra)
        {
            (_extra ??= new GrowingJson())[name].Merge(value.ToElement(), Growth.Replace, name);
        }

        if (piece.FinishReason is { Value.Length: > 0 } reason)
        {
            Finish(reason.Value, events);
        }
        else if (piece.Delta?.Audio?.ExpiresAt is not null && !IsFinished)
        {
            // OpenAI ends spoken answers with this, and never says the reason.
            Finish("stop", events);
        }
    }

    public ChatChoice Build() => new(new ChatFinishReason(_finishReason), index, BuildMessage())
    {
        Logprobs = _contentLogprobs is null && _refusalLogprobs is null ? null : new ChatChoiceLogprobs(_contentLogprobs?.ToArray(), _refusalLogprobs?.ToArray()),
        Extra = _extra?.ToMembers() ?? [],
    };

    private void AddTexts(ChatCompletionDelta delta, List<ChatStreamEvent>? events)
    {
        if (delta.Content is { } content)
        {
            (_content ??= new GrowingText()).Append(content);
            if (content.Length > 0)
            {
                events?.Add(new ChatContentDelta(index, content) { Text = new TextSoFar(_content) });
            }
        }

        if (delta.Refusal is { } refusal)
        {
            (_refusal ??= new GrowingText()).Append(refusal);
            if (refusal.Length > 0)
            {
                events?.Add(new ChatRefusalDelta(index, refusal) { Text = new TextSoFar(_refusal) });
            }
        }

        if (delta.Audio is { } audio)
        {
            (_audio ??= new ChatAudioBuilder()).Add(audio);
            events?.Add(new ChatAudioDelta(index, audio.Data ?? default, audio.Transcript ?? ""));
        }
    }

    private void AddCalls(ChatCompletionDelta delta, List<ChatStreamEvent>? events)
    {
        foreach (var piece in delta.ToolCalls ?? [])
        {
            _toolCalls.Add(piece, events);
        }

        if (delta.FunctionCall is { } call)
        {
            (_functionName ??= new GrowingText()).Append(call.Name);
            (_functionArguments ??= new GrowingText()).Append(call.Arguments);
        }
    }

    private void AddExtra(IReadOnlyDictionary<string, RawJson> extra, List<ChatStreamEvent>? events)
    {
        foreach (var (name, value) in extra)
        {
            // Some servers say here whose choice it is, once more.
            if (name == "index")
            {
                continue;
            }

            var text = (_messageExtra ??= new GrowingJson())[name].Merge(value.ToElement(), Growth.Append, name);
            if (events is not null && name is "reasoning_content" or "reasoning" && text is not null && value.ToElement().GetString() is { Length: > 0 } delta)
            {
                events.Add(new ChatReasoningDelta(index, delta) { Text = new TextSoFar(text) });
            }
        }
    }

    private void AddLogprobs(ChatChunkChoiceLogprobs? logprobs, List<ChatStreamEvent>? events)
    {
        if (logprobs is null)
        {
            return;
        }

        AddTo(ref _contentLogprobs, logprobs.Content);
        AddTo(ref _refusalLogprobs, logprobs.Refusal);
        if (events is not null && (logprobs.Content is { Count: > 0 } || logprobs.Refusal is { Count: > 0 }))
        {
            events.Add(new ChatLogprobsDelta(index, logprobs.Content ?? [], logprobs.Refusal ?? []));
        }
    }

    private static void AddTo(ref List<ChatTokenLogprob>? all, IReadOnlyList<ChatTokenLogprob>? more)
    {
        if (more is not null)
        {
            (all ??= []).AddRange(more);
        }
    }

    // A server may say so in more than one chunk, each with a call of its own before.
    private void Finish(string reason, List<ChatStreamEvent>? events)
    {
        var isFirst = !IsFinished;
        _finishReason = reason;
        _toolCalls.Finish(isEnd: true, events);
        if (events is null || !isFirst)
        {
            return;
        }

        if (_content is { Length: > 0 })
        {
            events.Add(new ChatContentDone(index, _content.ToString()));
        }

        if (_refusal is { Length: > 0 })
        {
            events.Add(new ChatRefusalDone(index, _refusal.ToString()));
        }

        events.Add(new ChatChoiceDone(index, reason));
    }

    private ChatCompletionMessage BuildMessage()
    {
        var extra = _messageExtra?.ToMembers() ?? [];
        return new ChatCompletionMessage(_content?.ToString())
        {
            Refusal = _refusal?.ToString(),
            ToolCalls = _toolCalls.Build(),
            FunctionCall = _functionName is null ? null : new ChatCompletionMessageFunctionCall(_functionArguments!.ToString(), _functionName.ToString()),
            Audio = _audio?.Build(),
            Annotations = TakeAnnotations(extra),
            Extra = extra,
        };
    }

    // A whole message has a place for them, a delta has none in the specification.
    private static ChatCompletionMessageAnnotation[]? TakeAnnotations(Dictionary<string, RawJson> extra)
    {
        if (!extra.TryGetValue("annotations", out var annotations) || annotations.Kind != JsonValueKind.Array)
        {
            return null;
        }

        try
        {
            var list = annotations.ToElement().EnumerateArray().Select(entry => new GrowingJson(entry).Read<ChatCompletionMessageAnnotation>()).ToArray();
            extra.Remove("annotations");
            return list;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
