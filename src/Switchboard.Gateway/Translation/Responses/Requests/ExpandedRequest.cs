using System.Text.Json;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Translation.Responses.Requests;

/// <summary>
/// A request that goes on from what the gateway keeps, for a provider that speaks the Responses API and keeps nothing of
/// it: all items are in the input.
/// </summary>
internal static class ExpandedRequest
{
    /// <summary>Writes the request.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="root">The request as it came.</param>
    /// <param name="items">All items that the model is to read.</param>
    public static void Write(Utf8JsonWriter json, JsonElement root, IEnumerable<StoredItem> items)
    {
        json.WriteStartObject();
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name is not ("input" or "previous_response_id"))
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
            }
        }

        json.WriteStartArray("input"u8);
        foreach (var item in items)
        {
            using var document = JsonDocument.Parse(item.Json);
            WriteItem(json, document.RootElement, ResponseIds.OwnerOf(item.Id) is not null);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteItem(Utf8JsonWriter json, JsonElement item, bool isOurs)
    {
        if (!isOurs)
        {
            json.WriteRaw(item);
            return;
        }

        // Another model's thoughts mean nothing to this provider, and ids that it did not give are refused.
        if (item.Text("type"u8) == "reasoning" && !IsEncryptedElsewhere(item))
        {
            return;
        }

        json.WriteStartObject();
        foreach (var member in item.EnumerateObject())
        {
            if (member.Name is not ("id" or "status" or "extra_content"))
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
            }
        }

        json.WriteEndObject();
    }

    // The caller's own, which came without an id.
    private static bool IsEncryptedElsewhere(JsonElement reasoning) =>
        reasoning.Text("encrypted_content"u8) is { Length: > 0 } encrypted && !EncryptedReasoning.TryOpen(encrypted, out _);
}
