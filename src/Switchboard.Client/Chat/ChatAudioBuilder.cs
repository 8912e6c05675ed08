using System.Buffers;
using System.Text;
using Switchboard.Protocol.Chat;

namespace Switchboard.Client.Chat;

/// <summary>Puts a spoken answer together from its pieces.</summary>
internal sealed class ChatAudioBuilder
{
    private readonly ArrayBufferWriter<byte> _data = new();
    private readonly StringBuilder _transcript = new();
    private string? _id;
    private DateTimeOffset? _expiresAt;

    public void Add(ChatCompletionDeltaAudio piece)
    {
        _id ??= piece.Id;
        _expiresAt = piece.ExpiresAt ?? _expiresAt;
        _data.Write((piece.Data ?? default).Span);
        _transcript.Append(piece.Transcript);
    }

    public ChatCompletionMessageAudio Build() => new()
    {
        Id = _id ?? "",
        ExpiresAt = _expiresAt ?? default,
        Data = _data.WrittenSpan.ToArray(),
        Transcript = _transcript.ToString(),
    };
}
