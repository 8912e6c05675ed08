using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Surfaces;

/// <summary>
/// What a provider wants back with the next turn (encrypted reasoning, signatures) and the caller's dialect has no
/// place for: it travels where the dialect keeps such things of its own, which callers send back unread. As base64 of
/// <c>{"id":…,"kept":…}</c>; real ones are never that.
/// </summary>
internal static class KeptReasoning
{
    private static ReadOnlySpan<byte> Head => "{\"id\":\""u8;

    /// <summary>Writes it as it stands inside a JSON string.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="toolCallId">The call that it belongs to, escaped; empty for reasoning.</param>
    /// <param name="json">An element of <c>reasoning_details</c>, or <c>extra_content</c> of a call.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> toolCallId, ReadOnlySpan<byte> json)
    {
        byte[] kept = [.. Head, .. toolCallId, .. "\",\"kept\":"u8, .. json, (byte)'}'];
        var span = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(kept.Length));
        Base64.EncodeToUtf8(kept, span, out _, out var written);
        output.Advance(written);
    }

    /// <summary>The reasoning that is kept; null where it is none of ours.</summary>
    public static JsonElement? TryReadDetail(string? data) => Read(data) is { } kept && kept.Text("id"u8) == "" ? kept.Find("kept"u8) : null;

    /// <summary>What is kept for a call; null where it is nothing for one.</summary>
    public static JsonElement? TryReadCall(string? data, out string toolCallId)
    {
        var kept = Read(data);
        toolCallId = kept?.Text("id"u8) ?? "";
        return toolCallId.Length > 0 ? kept?.Find("kept"u8) : null;
    }

    /// <summary>True for what <see cref="Write"/> wrote.</summary>
    public static bool IsKept(string? data) => Read(data) is not null;

    private static JsonElement? Read(string? data)
    {
        // How the base64 of the head begins.
        if (data is null || !data.StartsWith("eyJpZCI6I", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            // Google's SDK for Python writes base64 as it stands in URLs.
            var kept = JsonElement.Parse(Convert.FromBase64String(data.Replace('-', '+').Replace('_', '/')));
            return kept.Find("kept"u8) is null ? null : kept;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }
}
