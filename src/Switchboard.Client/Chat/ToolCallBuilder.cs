using System.Text.Json;
using Switchboard.Client.Helpers;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Chat;

/// <summary>Puts one tool call together from its pieces.</summary>
internal sealed class ToolCallBuilder(int position)
{
    private readonly GrowingText _arguments = new();
    private string _type = "";
    private GrowingJson? _extra;
    private GrowingJson? _functionExtra;
    private bool _isCustom;
    private bool _isDone;

    public string Id { get; private set; } = "";

    public string Name { get; private set; } = "";

    /// <summary>Whether a piece begins another call: servers give several calls the same index, or none.</summary>
    public bool IsOther(ChatToolCallChunk piece)
    {
        if (piece.Function?.Name is not { Length: > 0 } name)
        {
            return false;
        }

        // Some servers make up a new id for each piece, but then say the name once.
        if (piece.Id is { Length: > 0 } id && Id.Length > 0)
        {
            return id != Id;
        }

        return _arguments.Length > 0 && (name != Name || (_arguments.Json.IsComplete && !string.IsNullOrWhiteSpace(piece.Function.Arguments)));
    }

    public ChatToolCallDelta Add(ChatToolCallChunk piece, int choice)
    {
        Id = Id.Length > 0 ? Id : piece.Id ?? "";
        _type = _type.Length > 0 ? _type : piece.Type;
        var delta = piece.Function?.Arguments ?? "";
        AddName(piece.Function?.Name);
        if (piece.Function is { Extra.Count: > 0 } function)
        {
            Merge(ref _functionExtra, function.Extra);
        }

        foreach (var (name, value) in piece.Extra)
        {
            if (name == "custom" && value.Kind == JsonValueKind.Object)
            {
                delta += AddCustom(value.ToElement());
            }
            else
            {
                (_extra ??= new GrowingJson())[name].Merge(value.ToElement(), Growth.Append, name);
            }
        }

        _arguments.Append(delta);
        return new ChatToolCallDelta(choice, position, Id, Name, delta) { Text = new TextSoFar(_arguments) };
    }

    /// <summary>The event of the whole call, once. With another call begun, only when its arguments cannot go on.</summary>
    public ChatToolCallDone? Finish(int choice, bool isEnd)
    {
        if (_isDone || (!isEnd && !_arguments.Json.IsComplete))
        {
            return null;
        }

        _isDone = true;
        return new ChatToolCallDone(choice, position, Build());
    }

    public ChatToolCall Build()
    {
        var extra = _extra?.ToMembers() ?? [];
        var functionExtra = _functionExtra?.ToMembers() ?? [];
        return _isCustom || _type == "custom"
            ? new ChatCustomToolCall(Id, new ChatCustomCall(Name, _arguments.ToString()) { Extra = functionExtra }) { Extra = extra }
            : new ChatFunctionToolCall(Id, new ChatFunctionCall(Name, _arguments.ToString()) { Extra = functionExtra }) { Extra = extra };
    }

    private static void Merge(ref GrowingJson? target, IReadOnlyDictionary<string, RawJson> extra)
    {
        target ??= new GrowingJson();
        foreach (var (name, value) in extra)
        {
            target[name].Merge(value.ToElement(), Growth.Append, name);
        }
    }

    // A name comes at once, in pieces before the arguments, or whole again with each piece.
    private void AddName(string? name)
    {
        if (!string.IsNullOrEmpty(name) && name != Name && _arguments.Length == 0)
        {
            Name += name;
        }
    }

    private string AddCustom(JsonElement custom)
    {
        _isCustom = true;
        AddName(TextOf(custom, "name"));
        return TextOf(custom, "input") ?? "";
    }

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
