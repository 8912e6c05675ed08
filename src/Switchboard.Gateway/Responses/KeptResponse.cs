using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Responses.Output;

namespace Switchboard.Gateway.Responses;

/// <summary>What is kept of a response: the words that its caller saw, and what its provider wants back with them.</summary>
/// <param name="Json">The response.</param>
/// <param name="Output">Its items.</param>
internal sealed record KeptResponse(ReadOnlyMemory<byte> Json, ImmutableArray<StoredItem> Output)
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = RequestReader.MaxDepth };

    /// <summary>Takes it from what its caller sees.</summary>
    /// <param name="made">The response as it was made.</param>
    /// <param name="includesEncrypted">The caller sees what the provider wants back.</param>
    /// <param name="seen">The response as its caller sees it, UTF-8 JSON.</param>
    public static KeptResponse Of(ResponseAnswer made, bool includesEncrypted, ReadOnlyMemory<byte> seen)
    {
        var json = seen.ToArray();
        using var response = JsonDocument.Parse(json, s_options);
        var items = ImmutableArray.CreateBuilder<StoredItem>(made.Items.Count);
        foreach (var item in response.RootElement.GetProperty("output"u8).EnumerateArray())
        {
            items.Add(ItemOf(made.Items[items.Count], includesEncrypted, item.Raw()));
        }

        return new KeptResponse(json, items.ToImmutable());
    }

    // What the provider wants back holds the text once more as it was said: it is kept only where nothing was changed.
    private static StoredItem ItemOf(OutputItem made, bool includesEncrypted, ReadOnlySpan<byte> seen) =>
        new(made.Name, seen.SequenceEqual(Write(made, includesEncrypted)) ? Write(made, includesEncrypted: true).ToArray() : seen.ToArray());

    private static ReadOnlySpan<byte> Write(OutputItem item, bool includesEncrypted)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        item.WriteTo(buffer, includesEncrypted);
        return buffer.WrittenSpan;
    }
}
