using System.Collections.Frozen;

namespace Switchboard.Server.Configuration.Import;

/// <summary>A provider as LiteLLM knows it by the prefix of its models, and what it is here.</summary>
/// <param name="Prefix">What stands before the model, without the slash.</param>
/// <param name="Type">The kind of provider here.</param>
/// <param name="KeyVariable">The variable that LiteLLM takes the key from; null where it takes none.</param>
internal sealed record LiteLlmKind(string Prefix, string Type, string? KeyVariable)
{
    private static readonly FrozenDictionary<string, LiteLlmKind> s_byPrefix = All().ToFrozenDictionary(kind => kind.Prefix, StringComparer.Ordinal);

    /// <summary>Its address, where the kind here has none of its own.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Only an address in the file says where it is.</summary>
    public bool NeedsBaseUrl { get; init; }

    /// <summary>The variable that LiteLLM takes the address from.</summary>
    public string? BaseUrlVariable { get; init; }

    /// <summary>The kind of a prefix, or null.</summary>
    public static LiteLlmKind? Of(string prefix) => s_byPrefix.GetValueOrDefault(prefix);

    /// <summary>The kind of a model that is written without a prefix, as LiteLLM guesses it, or null.</summary>
    public static LiteLlmKind? Guess(string model)
    {
        string[] openai = ["gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-", "text-moderation", "omni-moderation", "dall-e", "whisper", "tts-", "davinci", "babbage", "codex-", "computer-use", "ft:"];
        bool Begins(string start) => model.StartsWith(start, StringComparison.Ordinal);
        return openai.Any(Begins) ? Of("openai")
            : Begins("claude") ? Of("anthropic")
            : Begins("gemini") ? Of("vertex_ai")
            : Begins("command") || Begins("embed-") || Begins("rerank-") ? Of("cohere")
            : Begins("mistral-") || Begins("codestral") ? Of("mistral")
            : null;
    }

    private static IEnumerable<LiteLlmKind> All() =>
    [
        new("openai", "openai", "OPENAI_API_KEY") { BaseUrlVariable = "OPENAI_BASE_URL" },
        new("text-completion-openai", "openai", "OPENAI_API_KEY"),
        new("azure", "azure", "AZURE_API_KEY") { BaseUrlVariable = "AZURE_API_BASE", NeedsBaseUrl = true },
        new("azure_text", "azure", "AZURE_API_KEY") { BaseUrlVariable = "AZURE_API_BASE", NeedsBaseUrl = true },
        new("azure_ai", "azure", "AZURE_AI_API_KEY") { BaseUrlVariable = "AZURE_AI_API_BASE", NeedsBaseUrl = true },
        new("anthropic", "anthropic", "ANTHROPIC_API_KEY"),
        new("gemini", "gemini", "GEMINI_API_KEY"),
        new("vertex_ai", "vertex", null),
        new("vertex_ai_beta", "vertex", null),
        new("bedrock", "bedrock", "AWS_BEARER_TOKEN_BEDROCK"),
        new("bedrock_converse", "bedrock", "AWS_BEARER_TOKEN_BEDROCK"),
        new("cohere", "cohere", "COHERE_API_KEY"),
        new("cohere_chat", "cohere", "COHERE_API_KEY"),
        new("ollama", "ollama", null),
        new("ollama_chat", "ollama", null),
        new("groq", "groq", "GROQ_API_KEY"),
        new("mistral", "mistral", "MISTRAL_API_KEY"),
        new("deepseek", "deepseek", "DEEPSEEK_API_KEY"),
        new("xai", "xai", "XAI_API_KEY"),
        new("openrouter", "openrouter", "OPENROUTER_API_KEY"),
        new("together_ai", "together", "TOGETHER_API_KEY"),
        new("fireworks_ai", "fireworks", "FIREWORKS_API_KEY"),
        new("cerebras", "cerebras", "CEREBRAS_API_KEY"),
        new("perplexity", "perplexity", "PERPLEXITY_API_KEY"),
        new("hosted_vllm", "vllm", null),
        new("lm_studio", "lmstudio", null),
        new("llamafile", "llamacpp", null),
        new("openai_like", "openai", null) { NeedsBaseUrl = true },
        new("custom_openai", "openai", null) { NeedsBaseUrl = true },
        new("litellm_proxy", "openai", "LITELLM_PROXY_API_KEY") { NeedsBaseUrl = true, BaseUrlVariable = "LITELLM_PROXY_API_BASE" },
        new("databricks", "openai", "DATABRICKS_API_KEY") { NeedsBaseUrl = true, BaseUrlVariable = "DATABRICKS_API_BASE" },
        new("nvidia_nim", "openai", "NVIDIA_NIM_API_KEY") { BaseUrl = "https://integrate.api.nvidia.com/v1" },
        new("deepinfra", "openai", "DEEPINFRA_API_KEY") { BaseUrl = "https://api.deepinfra.com/v1/openai" },
        new("sambanova", "openai", "SAMBANOVA_API_KEY") { BaseUrl = "https://api.sambanova.ai/v1" },
        new("moonshot", "openai", "MOONSHOT_API_KEY") { BaseUrl = "https://api.moonshot.ai/v1" },
        new("dashscope", "openai", "DASHSCOPE_API_KEY") { BaseUrl = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1" },
        new("ai21", "openai", "AI21_API_KEY") { BaseUrl = "https://api.ai21.com/studio/v1" },
        new("nebius", "openai", "NEBIUS_API_KEY") { BaseUrl = "https://api.studio.nebius.ai/v1" },
    ];
}
