using System.Text.Json;
using Switchboard.Gateway.Requests.Forms;
using Coding = System.Buffers.Text.Base64;

namespace Switchboard.Gateway.Translation.Pictures;

/// <summary>A picture that the caller gives.</summary>
/// <param name="MediaType">What it is: by its first bytes, else as the caller says.</param>
/// <param name="Base64">Its data.</param>
internal sealed record InputPicture(string MediaType, ReadOnlyMemory<byte> Base64)
{
    private const string Usual = "image/png";
    private const string Unsaid = "application/octet-stream";

    /// <summary>The picture in a file of a form.</summary>
    public static InputPicture Of(WholePart file)
    {
        var base64 = new byte[Coding.GetMaxEncodedToUtf8Length(file.Data.Length)];
        Coding.EncodeToUtf8(file.Data.Span, base64, out _, out _);
        return new InputPicture(TypeOf(file.Data.Span) ?? (file.MediaType is { } type && type != Unsaid ? type : Usual), base64);
    }

    /// <summary>The picture in a member of JSON, <c>{"image_url":"data:…"}</c>; null where it stands elsewhere or is none.</summary>
    public static InputPicture? Of(JsonElement member) =>
        member.Find("image_url"u8) is { ValueKind: JsonValueKind.String } url && DataUrl.TryRead(url.Utf8(), out var data) && Coding.IsValid(data.Base64)
            ? new InputPicture(data.MediaType, data.Base64.ToArray())
            : null;

    /// <summary>Its bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Coding.GetMaxDecodedFromUtf8Length(Base64.Length)];
        Coding.DecodeFromUtf8(Base64.Span, bytes, out _, out var length);
        return bytes[..length];
    }

    private static string? TypeOf(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) ? "image/png"
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : bytes.StartsWith("GIF8"u8) ? "image/gif"
        : bytes.StartsWith("RIFF"u8) && bytes.Length > 12 && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;
}
