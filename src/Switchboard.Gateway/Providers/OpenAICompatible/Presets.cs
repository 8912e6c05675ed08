using System.Collections.Frozen;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Providers.OpenAICompatible;

/// <summary>A server of OpenAI's API that is known by name: where it is, and where it differs.</summary>
/// <param name="Type">The name, as <c>type</c> has it.</param>
/// <param name="BaseUrl">Where it answers: its one address, or the loopback port that it has by default.</param>
/// <param name="KeyVariable">The variable that its own clients take the key from; null where it asks for none.</param>
internal sealed record Preset(string Type, Uri BaseUrl, string? KeyVariable = null)
{
    /// <summary>What it does with members that the specification does not have; null where nobody said.</summary>
    public ExtensionHandling? Extensions { get; init; }

    /// <summary>Whether it can be asked for the usage of a stream.</summary>
    public bool AskUsage { get; init; } = true;

    /// <summary>Whether it takes several prompts in one text completion.</summary>
    public bool BatchPrompts { get; init; } = true;

    /// <summary>Whether it has the Responses API, or chat alone.</summary>
    public ResponsesHandling Responses { get; init; }

    /// <summary>Whether it can be asked for its models.</summary>
    public bool ListsModels { get; init; } = true;

    /// <summary>Whether it keeps files and runs batches itself.</summary>
    public bool HasFiles { get; init; }
}

/// <summary>The servers of OpenAI's API that are known by name. To add one is to add a row.</summary>
internal static class Presets
{
    /// <summary>Every preset; the first is OpenAI itself, and any server that only an address tells of.</summary>
    public static IReadOnlyList<Preset> All { get; } =
    [
        new("openai", new("https://api.openai.com/v1"), "OPENAI_API_KEY") { HasFiles = true },

        // Mistral refuses stream_options, and tells the usage of every stream unasked.
        new("mistral", new("https://api.mistral.ai/v1"), "MISTRAL_API_KEY") { HasFiles = true, AskUsage = false, Responses = ResponsesHandling.Chat },
        new("groq", new("https://api.groq.com/openai/v1"), "GROQ_API_KEY") { HasFiles = true },
        new("deepseek", new("https://api.deepseek.com/v1"), "DEEPSEEK_API_KEY"),
        new("xai", new("https://api.x.ai/v1"), "XAI_API_KEY") { HasFiles = true },
        new("openrouter", new("https://openrouter.ai/api/v1"), "OPENROUTER_API_KEY") { Extensions = ExtensionHandling.Pass },
        new("together", new("https://api.together.ai/v1"), "TOGETHER_API_KEY") { HasFiles = true, Responses = ResponsesHandling.Chat },
        new("fireworks", new("https://api.fireworks.ai/inference/v1"), "FIREWORKS_API_KEY") { HasFiles = true },
        new("cerebras", new("https://api.cerebras.ai/v1"), "CEREBRAS_API_KEY") { Responses = ResponsesHandling.Chat },

        // Perplexity tells the usage in every chunk. It has no list of models.
        new("perplexity", new("https://api.perplexity.ai"), "PERPLEXITY_API_KEY") { AskUsage = false, ListsModels = false, Responses = ResponsesHandling.Chat },
        new("vllm", new("http://127.0.0.1:8000/v1")) { Extensions = ExtensionHandling.Pass },
        new("llamacpp", new("http://127.0.0.1:8080/v1")) { BatchPrompts = false, Extensions = ExtensionHandling.Pass },
        new("lmstudio", new("http://127.0.0.1:1234/v1")) { BatchPrompts = false },
        new("tgi", new("http://127.0.0.1:8080/v1")) { Responses = ResponsesHandling.Chat },
        new("dynamo", new("http://127.0.0.1:8000/v1")) { Extensions = ExtensionHandling.Engine },
    ];

    private static readonly FrozenDictionary<string, Preset> s_byType = All.ToFrozenDictionary(preset => preset.Type, StringComparer.Ordinal);

    /// <summary>The preset of a kind of provider; null where the kind is none.</summary>
    public static Preset? Of(string type) => s_byType.GetValueOrDefault(type);
}
