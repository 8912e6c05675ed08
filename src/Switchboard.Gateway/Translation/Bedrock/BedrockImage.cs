using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>A picture of an answer: whole in a block, or in pieces, each base64 of its own bytes. It is told when it is whole.</summary>
internal sealed class BedrockImage
{
    private const int MostBytes = 32 * 1024 * 1024;

    private ArrayBufferWriter<byte>? _bytes;
    private string? _format;

    /// <summary>Begins a picture in pieces.</summary>
    public void Begin(JsonElement start) => _format = start.Text("format"u8);

    /// <summary>Takes the next piece; false for an error, what is no base64, and a picture that is larger than any may be.</summary>
    public bool TryAdd(JsonElement piece)
    {
        if (piece.Find("error"u8) is not null)
        {
            return false;
        }

        if (piece.Find("source"u8)?.Find("bytes"u8) is not { ValueKind: JsonValueKind.String } base64)
        {
            return true;
        }

        _bytes ??= new ArrayBufferWriter<byte>(64 * 1024);
        var text = base64.Utf8();
        var room = _bytes.GetSpan(Base64.GetMaxDecodedFromUtf8Length(text.Length) + 1);
        if (Base64.DecodeFromUtf8(text, room, out _, out var length) != OperationStatus.Done || _bytes.WrittenCount + length > MostBytes)
        {
            return false;
        }

        _bytes.Advance(length);
        return true;
    }

    /// <summary>Tells the picture whose pieces came, if there is one.</summary>
    public void End(IChatOutput output, int choice)
    {
        if (_bytes is { WrittenCount: > 0 } bytes)
        {
            var base64 = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.WrittenCount)];
            Base64.EncodeToUtf8(bytes.WrittenSpan, base64, out _, out _);
            output.Image(choice, MediaTypeOf(_format), base64);
        }

        (_bytes, _format) = (null, null);
    }

    /// <summary>Tells a picture that is whole; false for an error.</summary>
    public static bool TryWrite(JsonElement image, IChatOutput output, int choice)
    {
        if (image.Find("source"u8)?.Find("bytes"u8) is { } bytes)
        {
            output.Image(choice, MediaTypeOf(image.Text("format"u8)), bytes.Escaped());
        }

        return image.Find("error"u8) is null;
    }

    private static ReadOnlySpan<byte> MediaTypeOf(string? format) =>
        format switch { "jpeg" => "image/jpeg"u8, "gif" => "image/gif"u8, "webp" => "image/webp"u8, _ => "image/png"u8 };
}
