using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Surfaces;

/// <summary>
/// Tells the pieces of one choice so that no tool call is told in two parts: the first is told as it comes, and what
/// comes beside it (further calls, text) waits for the end of the choice. Servers send the calls one after the other,
/// but nothing keeps them from mixing their pieces.
/// </summary>
internal sealed class ChoiceOrder(IChatOutput output, int choice)
{
    private const int None = -1;

    private readonly List<Waiting> _waiting = [];
    private readonly List<(int? Number, byte[] Id)> _calls = [];
    private int _first = None;
    private bool _isFinished;

    private bool IsCalling => _first != None;

    /// <summary>More text.</summary>
    public void Say(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        if (IsCalling)
        {
            Wait(ChatMember.Content).Bytes.Write(escaped);
        }
        else
        {
            output.Text(choice, escaped);
        }
    }

    /// <summary>More reasoning; true where there was any.</summary>
    public bool Reason(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return false;
        }

        if (IsCalling)
        {
            Wait(ChatMember.Reasoning).Bytes.Write(escaped);
        }
        else
        {
            output.Reasoning(choice, escaped);
        }

        return true;
    }

    /// <summary>More of a refusal.</summary>
    public void Refuse(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        if (IsCalling)
        {
            Wait(ChatMember.Refusal).Bytes.Write(escaped);
        }
        else
        {
            output.Refusal(choice, escaped);
        }
    }

    /// <summary>An element of one of the lists, raw JSON.</summary>
    public void Add(ChatMember member, ReadOnlySpan<byte> json)
    {
        if (IsCalling)
        {
            var waiting = new Waiting(member);
            waiting.Bytes.Write(json);
            _waiting.Add(waiting);
        }
        else
        {
            Tell(member, json);
        }
    }

    /// <summary>A piece of a tool call.</summary>
    public void Call(in ToolCallPiece piece)
    {
        var index = IndexOf(piece);
        if (!IsCalling && !piece.Name.IsEmpty && _waiting.Count == 0)
        {
            _first = index;
            Begin(piece.Id, piece.Name, piece.Extra);
            output.ToolArguments(choice, piece.Arguments);
        }
        else if (index == _first)
        {
            output.ToolArguments(choice, piece.Arguments);
        }
        else
        {
            WaitFor(index).Add(piece);
        }
    }

    /// <summary>The choice ends: what waits is told, then why it ends.</summary>
    public void Finish(FinishReason reason)
    {
        if (_isFinished)
        {
            return;
        }

        _isFinished = true;
        foreach (var waiting in _waiting)
        {
            Tell(waiting);
        }

        _waiting.Clear();
        output.Finish(choice, reason);
    }

    private int IndexOf(in ToolCallPiece piece)
    {
        var index = _calls.Count - 1;
        while (index >= 0 && piece.Index is { } number && _calls[index].Number != number)
        {
            index--;
        }

        if (index < 0 || IsNew(piece, _calls[index].Id))
        {
            _calls.Add((piece.Index, piece.Id.ToArray()));
            return _calls.Count - 1;
        }

        return index;
    }

    // Some servers number no calls: a new id is a new call then. Some (Ollama, Google's, Dynamo) give all of them one
    // number, and some a new id to each piece of one call, of which only the first has a name.
    private static bool IsNew(in ToolCallPiece piece, byte[] id) =>
        !piece.Id.IsEmpty && !piece.Id.SequenceEqual(id) && (piece.Index is null || (id.Length > 0 && !piece.Name.IsEmpty));

    private Waiting Wait(ChatMember member)
    {
        if (_waiting.Count == 0 || _waiting[^1].Member != member)
        {
            _waiting.Add(new Waiting(member));
        }

        return _waiting[^1];
    }

    private Waiting WaitFor(int index)
    {
        var found = _waiting.Find(waiting => waiting.Member == ChatMember.ToolCalls && waiting.Index == index);
        if (found is null)
        {
            _waiting.Add(found = new Waiting(ChatMember.ToolCalls) { Index = index });
        }

        return found;
    }

    private void Tell(Waiting waiting)
    {
        switch (waiting.Member)
        {
            case ChatMember.Content:
                output.Text(choice, waiting.Bytes.WrittenSpan);
                break;
            case ChatMember.Reasoning:
                output.Reasoning(choice, waiting.Bytes.WrittenSpan);
                break;
            case ChatMember.Refusal:
                output.Refusal(choice, waiting.Bytes.WrittenSpan);
                break;
            case ChatMember.ToolCalls:
                Begin(waiting.Id, waiting.Name, waiting.Extra);
                output.ToolArguments(choice, waiting.Bytes.WrittenSpan);
                break;
            default:
                Tell(waiting.Member, waiting.Bytes.WrittenSpan);
                break;
        }
    }

    private void Begin(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        if (extra.IsEmpty)
        {
            output.ToolCall(choice, id, name);
        }
        else
        {
            output.ToolCall(choice, id, name, (byte[])[.. ",\"extra_content\":"u8, .. extra]);
        }
    }

    private void Tell(ChatMember member, ReadOnlySpan<byte> json)
    {
        switch (member)
        {
            case ChatMember.ReasoningDetails:
                output.ReasoningDetail(choice, json);
                break;
            case ChatMember.Annotations:
                output.Annotation(choice, json);
                break;
            case ChatMember.Images:
                ChatImages.Tell(json, output, choice);
                break;
        }
    }

    private sealed class Waiting(ChatMember member)
    {
        public ChatMember Member => member;

        public int Index { get; init; }

        public byte[] Id { get; private set; } = [];

        public byte[] Name { get; private set; } = [];

        public byte[] Extra { get; private set; } = [];

        public ArrayBufferWriter<byte> Bytes { get; } = new();

        public void Add(in ToolCallPiece piece)
        {
            Id = piece.Id.IsEmpty ? Id : piece.Id.ToArray();
            Name = piece.Name.IsEmpty ? Name : piece.Name.ToArray();
            Extra = piece.Extra.IsEmpty ? Extra : piece.Extra.ToArray();
            Bytes.Write(piece.Arguments);
        }
    }
}

/// <summary>Pictures of an answer.</summary>
internal static class ChatImages
{
    /// <summary>Tells an element of <c>images</c>, a picture with a <c>data:</c> URL; any other says nothing.</summary>
    public static void Tell(ReadOnlySpan<byte> json, IChatOutput output, int choice)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var image = document.RootElement.Find("image_url"u8);
        var url = image is { ValueKind: JsonValueKind.String } text ? text : image?.Find("url"u8) ?? default;
        if (DataUrl.TryRead(url.Utf8(), out var data))
        {
            output.Image(choice, System.Text.Encoding.ASCII.GetBytes(data.MediaType), data.Base64);
        }
    }
}
