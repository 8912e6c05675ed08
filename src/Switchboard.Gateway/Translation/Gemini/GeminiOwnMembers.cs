using System.Collections.Frozen;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>
/// What a caller writes in Google's own words: <c>extra_body.google</c> and <c>google</c>, as Google's OpenAI-compatible
/// endpoint takes them, and the well-known of these members in the request itself. They win over what is made of the
/// request's other members.
/// </summary>
internal sealed class GeminiOwnMembers
{
    private static readonly FrozenSet<string> s_config = FrozenSet.ToFrozenSet(
        [
            "thinkingConfig", "imageConfig", "speechConfig", "mediaResolution", "responseModalities", "responseMimeType",
            "responseSchema", "responseJsonSchema", "temperature", "topP", "topK", "seed", "candidateCount",
            "maxOutputTokens", "stopSequences", "presencePenalty", "frequencyPenalty", "responseLogprobs", "logprobs",
            "audioTimestamp", "enableAffectiveDialog", "routingConfig", "modelSelectionConfig",
        ],
        StringComparer.Ordinal);

    private readonly Dictionary<string, JsonElement> _config = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _top = new(StringComparer.Ordinal);

    /// <summary>What stands in a request.</summary>
    public static GeminiOwnMembers Of(JsonElement root)
    {
        var own = new GeminiOwnMembers();
        foreach (var member in root.EnumerateObject())
        {
            if (IsOwn(member.Name))
            {
                own.Add(member);
            }
        }

        own.AddAll(root.Find("extra_body"u8)?.Find("google"u8));
        own.AddAll(root.Find("google"u8));
        return own;
    }

    /// <summary>True for a member of a chat request that is looked at here.</summary>
    public static bool IsOwn(string member) => member is
        "google" or "extra_body" or "thinking_config" or "thinkingConfig" or "safety_settings" or "safetySettings"
        or "cached_content" or "cachedContent" or "image_config" or "imageConfig" or "media_resolution" or "mediaResolution"
        or "speech_config" or "speechConfig" or "labels" or "generation_config" or "generationConfig";

    /// <summary>True where the caller said so of <c>generationConfig</c>.</summary>
    public bool Sets(string config) => _config.ContainsKey(config);

    /// <summary>A member beside <c>generationConfig</c>.</summary>
    public JsonElement? Find(string name) => _top.TryGetValue(name, out var value) ? value : null;

    /// <summary>Writes the members of <c>generationConfig</c>.</summary>
    public void WriteConfig(Utf8JsonWriter json) => Write(json, _config);

    /// <summary>Writes the members beside it, but for the tools.</summary>
    public void WriteOthers(Utf8JsonWriter json) => Write(json, _top.Where(member => member.Key is not ("tools" or "toolConfig")));

    private static void Write(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, JsonElement>> members)
    {
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            json.WriteRaw(value);
        }
    }

    private void AddAll(JsonElement? members)
    {
        if (members is { ValueKind: JsonValueKind.Object } some)
        {
            foreach (var member in some.EnumerateObject())
            {
                Add(member);
            }
        }
    }

    private void Add(JsonProperty member)
    {
        var name = Camel(member.Name);
        switch (name)
        {
            case "google" or "extraBody":
            case "thoughtTagMarker":
                // How thoughts are marked in the text: here they come apart from it.
                break;
            case "generationConfig":
                AddAll(member.Value);
                break;
            default:
                (s_config.Contains(name) ? _config : _top)[name] = member.Value;
                break;
        }
    }

    // Google takes both spellings; one is enough to know which are the same.
    private static string Camel(string name)
    {
        if (!name.Contains('_', StringComparison.Ordinal))
        {
            return name;
        }

        var words = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Select((word, index) => index == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
