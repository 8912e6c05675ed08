using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Responses;

/// <summary>
/// What a provider wants back with the next turn, such as the signature of its reasoning (chat's
/// <c>reasoning_details</c>), as the <c>encrypted_content</c> of an item. It is packed and not encrypted: what is secret
/// in it, its provider has encrypted.
/// </summary>
internal static class EncryptedReasoning
{
    private const string Prefix = "sb1.";

    /// <summary>Packs the elements of <c>reasoning_details</c>; ASCII that needs no escape in JSON.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="details">The elements, raw JSON with commas between them.</param>
    public static void Pack(IBufferWriter<byte> output, ReadOnlySpan<byte> details)
    {
        output.Write("sb1."u8);
        var span = output.GetSpan(Base64Url.GetEncodedLength(details.Length));
        output.Advance(Base64Url.EncodeToUtf8(details, span));
    }

    /// <summary>Opens what <see cref="Pack"/> made; false for what others made.</summary>
    /// <param name="content">The value of <c>encrypted_content</c>.</param>
    /// <param name="details">The elements of <c>reasoning_details</c>.</param>
    public static bool TryOpen(string content, out ReadOnlyMemory<byte> details)
    {
        details = default;
        if (!content.StartsWith(Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(content.AsSpan(Prefix.Length)))
        {
            return false;
        }

        var packed = Base64Url.DecodeFromChars(content.AsSpan(Prefix.Length));
        details = packed;
        return IsList(packed);
    }

    // Callers send it back, so it may be anything.
    private static bool IsList(byte[] packed)
    {
        var list = new Utf8JsonReader([.. "["u8, .. packed, .. "]"u8]);
        try
        {
            return list.Read() && list.TrySkip() && !list.Read() && packed.Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
