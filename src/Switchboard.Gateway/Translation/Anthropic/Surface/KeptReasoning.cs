using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>
/// What other providers than Anthropic want back with the next turn (encrypted reasoning, signatures of calls), for
/// which the Messages API has no place: it travels as a block of redacted thinking, which callers send back unread.
/// </summary>
internal static class KeptReasoning
{
    private const string Mark = "switchboard.";

    /// <summary>Writes what such a block holds, as it stands inside a JSON string.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="toolUseId">The call that it belongs to, escaped; empty for reasoning.</param>
    /// <param name="json">An element of <c>reasoning_details</c>, or <c>extra_content</c> of a call.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> toolUseId, ReadOnlySpan<byte> json)
    {
        byte[] kept = [.. "{\"id\":\""u8, .. toolUseId, .. "\",\"kept\":"u8, .. json, (byte)'}'];
        output.Write(Encoding.ASCII.GetBytes(Mark));
        var span = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(kept.Length));
        Base64.EncodeToUtf8(kept, span, out _, out var written);
        output.Advance(written);
    }

    /// <summary>The reasoning that a block holds; null where it holds none of ours.</summary>
    public static JsonElement? TryReadDetail(string? data) => Read(data) is { } kept && kept.Text("id"u8) == "" ? kept.Find("kept"u8) : null;

    /// <summary>What a block holds for a call; null where it holds nothing for it.</summary>
    public static JsonElement? TryReadCall(string? data, string toolUseId) => Read(data) is { } kept && toolUseId.Length > 0 && kept.Text("id"u8) == toolUseId ? kept.Find("kept"u8) : null;

    /// <summary>True for a block that belongs to a call.</summary>
    public static bool IsOfCall(string? data) => Read(data) is { } kept && kept.Text("id"u8) != "";

    private static JsonElement? Read(string? data)
    {
        if (data is null || !data.StartsWith(Mark, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            var kept = JsonElement.Parse(Convert.FromBase64String(data[Mark.Length..]));
            return kept.ValueKind == JsonValueKind.Object ? kept : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }
}
