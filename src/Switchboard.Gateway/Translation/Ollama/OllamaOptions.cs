using System.Collections.Frozen;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Ollama;

/// <summary>How a model runs and samples. Ollama has it in an object of its own; a caller's <c>options</c> wins over members beside it.</summary>
internal static class OllamaOptions
{
    // The name in a chat request, and Ollama's.
    private static readonly FrozenDictionary<string, string> s_names = new Dictionary<string, string>
    {
        ["temperature"] = "temperature",
        ["top_p"] = "top_p",
        ["seed"] = "seed",
        ["stop"] = "stop",
        ["max_tokens"] = "num_predict",
        ["max_completion_tokens"] = "num_predict",
        ["num_predict"] = "num_predict",
        ["frequency_penalty"] = "frequency_penalty",
        ["presence_penalty"] = "presence_penalty",
        ["repetition_penalty"] = "repeat_penalty",
        ["repeat_penalty"] = "repeat_penalty",
        ["repeat_last_n"] = "repeat_last_n",
        ["top_k"] = "top_k",
        ["min_p"] = "min_p",
        ["typical_p"] = "typical_p",
        ["tfs_z"] = "tfs_z",
        ["mirostat"] = "mirostat",
        ["mirostat_tau"] = "mirostat_tau",
        ["mirostat_eta"] = "mirostat_eta",
        ["num_ctx"] = "num_ctx",
        ["num_keep"] = "num_keep",
        ["num_batch"] = "num_batch",
        ["num_gpu"] = "num_gpu",
        ["main_gpu"] = "main_gpu",
        ["num_thread"] = "num_thread",
        ["use_mmap"] = "use_mmap",
        ["penalize_newline"] = "penalize_newline",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>True for a member of a request that is written here.</summary>
    public static bool Has(string member) => member == "options" || s_names.ContainsKey(member);

    /// <summary>Writes <c>options</c>, where there are any.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat)
    {
        var own = chat.Root.Find("options"u8) is { ValueKind: JsonValueKind.Object } options ? options : default;
        var written = new HashSet<string>(StringComparer.Ordinal);
        if (own.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in own.EnumerateObject())
            {
                Begin(json, written, member.Name);
                json.WriteRaw(member.Value);
            }
        }

        foreach (var member in chat.Root.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && s_names.TryGetValue(member.Name, out var name) && !written.Contains(name) && !IsOlderWord(member.Name, chat))
            {
                Begin(json, written, name);
                WriteValue(json, member.Value, chat, name);
            }
        }

        if (written.Count > 0)
        {
            json.WriteEndObject();
        }
    }

    private static bool IsOlderWord(string member, ChatRequestView chat) => member == "max_tokens" && chat.Root.Find("max_completion_tokens"u8) is not null;

    private static void Begin(Utf8JsonWriter json, HashSet<string> written, string name)
    {
        if (written.Count == 0)
        {
            json.WriteStartObject("options"u8);
        }

        written.Add(name);
        json.WritePropertyName(name);
    }

    private static void WriteValue(Utf8JsonWriter json, JsonElement value, ChatRequestView chat, string name)
    {
        if (name != "stop")
        {
            json.WriteRaw(value);
            return;
        }

        json.WriteStartArray();
        foreach (var stop in chat.Stops)
        {
            json.WriteStringValue(stop);
        }

        json.WriteEndArray();
    }
}
