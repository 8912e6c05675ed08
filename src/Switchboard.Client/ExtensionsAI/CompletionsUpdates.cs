using System.Text;
using Microsoft.Extensions.AI;
using Wire = Switchboard.Protocol.Chat;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Makes updates out of chunks; calls to functions are told when they are whole.</summary>
internal sealed class CompletionsUpdates(string? audioFormat)
{
    private readonly SortedDictionary<int, Call> _calls = [];
    private ChatRole _role = ChatRole.Assistant;
    private string? _id;
    private string? _model;

    public ChatResponseUpdate Of(Wire.ChatCompletionChunk chunk)
    {
        _id = chunk.Id.Length > 0 ? chunk.Id : _id;
        _model = chunk.Model.Length > 0 ? chunk.Model : _model;
        var update = New();
        update.CreatedAt = chunk.Created;
        update.RawRepresentation = chunk;
        foreach (var choice in chunk.Choices)
        {
            if (choice.Index == 0)
            {
                Add(update, choice);
            }
        }

        if (CompletionsAnswers.UsageOf(chunk.Usage) is { } usage)
        {
            update.Contents.Add(new UsageContent(usage));
        }

        return update;
    }

    /// <summary>Calls that no finish reason followed; null for none.</summary>
    public ChatResponseUpdate? Rest()
    {
        if (_calls.Count == 0)
        {
            return null;
        }

        var update = New();
        AddCalls(update);
        return update;
    }

    private ChatResponseUpdate New() => new() { Role = _role, ResponseId = _id, MessageId = _id, ModelId = _model };

    private void Add(ChatResponseUpdate update, Wire.ChatChunkChoice choice)
    {
        var delta = choice.Delta;
        if (delta.Role?.Value is { Length: > 0 } role)
        {
            update.Role = _role = new ChatRole(role);
        }

        if (Chat.ChatMessageExtensions.ReasoningOf(delta) is { Length: > 0 } reasoning)
        {
            update.Contents.Add(new TextReasoningContent(reasoning));
        }

        if (delta.Content is { Length: > 0 } text)
        {
            update.Contents.Add(new TextContent(text));
        }

        if (delta.Refusal is { Length: > 0 } refusal)
        {
            update.Contents.Add(new ErrorContent(refusal) { ErrorCode = ToolsAndFormats.Refusal });
        }

        if (delta.Audio?.Data is { Length: > 0 } audio)
        {
            update.Contents.Add(new DataContent(audio, MediaTypes.OfAudio(audioFormat)) { RawRepresentation = delta.Audio });
        }

        foreach (var part in delta.ToolCalls ?? [])
        {
            Gather(part);
        }

        if (choice.FinishReason?.Value is { Length: > 0 } reason)
        {
            update.FinishReason = CompletionsAnswers.FinishReasonOf(reason);
            AddCalls(update);
        }
    }

    private void Gather(Wire.ChatToolCallChunk part)
    {
        if (!_calls.TryGetValue(part.Index, out var call))
        {
            _calls[part.Index] = call = new Call();
        }

        call.Id ??= part.Id;
        call.Name ??= part.Function?.Name;
        call.Arguments.Append(part.Function?.Arguments);
    }

    private void AddCalls(ChatResponseUpdate update)
    {
        foreach (var call in _calls.Values)
        {
            update.Contents.Add(ExtraMembers.Call(call.Id ?? "", call.Name ?? "", call.Arguments.ToString(), raw: null));
        }

        _calls.Clear();
    }

    private sealed class Call
    {
        public string? Id { get; set; }

        public string? Name { get; set; }

        public StringBuilder Arguments { get; } = new();
    }
}
