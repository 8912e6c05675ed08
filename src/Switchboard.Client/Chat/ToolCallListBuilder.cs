using Switchboard.Protocol.Chat;

namespace Switchboard.Client.Chat;

/// <summary>Gives each piece to the tool call that it belongs to.</summary>
internal sealed class ToolCallListBuilder(int choice)
{
    private readonly List<ToolCallBuilder> _calls = [];

    // The newest call with each index of the wire.
    private readonly Dictionary<int, ToolCallBuilder> _byIndex = [];

    public void Add(ChatToolCallChunk piece, List<ChatStreamEvent>? events)
    {
        if (!_byIndex.TryGetValue(piece.Index, out var call))
        {
            call = Begin(piece.Index, events);
        }
        else if (call.IsOther(piece))
        {
            call = _calls.Find(other => piece.Id is { Length: > 0 } id && other.Id == id) ?? Begin(piece.Index, events);
            _byIndex[piece.Index] = call;
        }

        var delta = call.Add(piece, choice);
        events?.Add(delta);
    }

    public void Finish(bool isEnd, List<ChatStreamEvent>? events)
    {
        if (events is not null)
        {
            events.AddRange(_calls.Select(call => call.Finish(choice, isEnd)).OfType<ChatToolCallDone>());
        }
    }

    public IReadOnlyList<ChatToolCall>? Build() => _calls.Count == 0 ? null : [.. _calls.Select(call => call.Build())];

    private ToolCallBuilder Begin(int index, List<ChatStreamEvent>? events)
    {
        Finish(isEnd: false, events);
        var call = new ToolCallBuilder(_calls.Count);
        _calls.Add(call);
        _byIndex[index] = call;
        return call;
    }
}
