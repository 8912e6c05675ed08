using System.Text.Json;
using Switchboard.Gateway.Accounting;
using Switchboard.Protocol.Operations;

namespace Switchboard.Server.Endpoints.OpenAI.Usage;

/// <summary>A kind of usage that OpenAI's API tells: which calls of the ledger are of it, and what is told of them.</summary>
internal sealed record UsageKind
{
    private static readonly Dictionary<string, UsageGroup?> s_usualGroups = new(StringComparer.Ordinal)
    {
        ["project_id"] = UsageGroup.Project,
        ["user_id"] = UsageGroup.User,
        ["api_key_id"] = UsageGroup.Key,
        ["model"] = UsageGroup.Model,
    };

    private static readonly Dictionary<string, UsageGroup> s_usualFilters = new(StringComparer.Ordinal)
    {
        ["project_ids"] = UsageGroup.Project,
        ["user_ids"] = UsageGroup.User,
        ["api_key_ids"] = UsageGroup.Key,
        ["models"] = UsageGroup.Model,
    };

    /// <summary>The operation of the specification that asks for it.</summary>
    public required OpenAIOperation Operation { get; init; }

    /// <summary>What stands in <c>object</c> of its results.</summary>
    public string Object { get; init; } = "";

    /// <summary>The operations of the ledger that are of it, each with its <c>source</c>; none where all are, or where the gateway keeps none.</summary>
    public IReadOnlyDictionary<string, string> Sources { get; init; } = new Dictionary<string, string>();

    /// <summary>What <c>group_by</c> may name, and which group of the ledger that is; null for what the ledger does not tell apart.</summary>
    public IReadOnlyDictionary<string, UsageGroup?> Groups { get; init; } = s_usualGroups;

    /// <summary>The parameters that leave calls out, and what they look at.</summary>
    public IReadOnlyDictionary<string, UsageGroup> Filters { get; init; } = s_usualFilters;

    /// <summary>True for costs: by day alone, and of the calls alone that cost something.</summary>
    public bool IsCost { get; init; }

    /// <summary>True where the gateway keeps nothing of it: there are buckets and nothing in them.</summary>
    public bool IsEmpty => Object.Length == 0;

    /// <summary>Writes the sums.</summary>
    public Action<Utf8JsonWriter, UsageSums> Write { get; init; } = (_, _) => { };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<UsageKind> All { get; } =
    [
        new()
        {
            Operation = OpenAIOperations.UsageCompletions,
            Object = "organization.usage.completions.result",
            Sources = Calls("chat.completions", "completions", "responses", "realtime"),
            Groups = new Dictionary<string, UsageGroup?>(s_usualGroups) { ["batch"] = null, ["service_tier"] = null },
            Write = WriteTokens,
        },
        new()
        {
            Operation = OpenAIOperations.UsageEmbeddings,
            Object = "organization.usage.embeddings.result",
            Sources = Calls("embeddings"),
            Write = (json, sums) => json.WriteNumber("input_tokens"u8, sums.Prompt),
        },
        new()
        {
            Operation = OpenAIOperations.UsageModerations,
            Object = "organization.usage.moderations.result",
            Sources = Calls("moderations"),
            Write = (json, sums) => json.WriteNumber("input_tokens"u8, sums.Prompt),
        },
        new()
        {
            Operation = OpenAIOperations.UsageImages,
            Object = "organization.usage.images.result",
            Sources = new Dictionary<string, string> { ["images.generations"] = "image.generation", ["images.edits"] = "image.edit", ["images.variations"] = "image.variation" },
            Groups = new Dictionary<string, UsageGroup?>(s_usualGroups) { ["source"] = UsageGroup.Operation, ["size"] = null },
            Filters = new Dictionary<string, UsageGroup>(s_usualFilters) { ["sources"] = UsageGroup.Operation },
            Write = (json, sums) => json.WriteNumber("images"u8, sums.Images),
        },
        new()
        {
            Operation = OpenAIOperations.UsageAudioSpeeches,
            Object = "organization.usage.audio_speeches.result",
            Sources = Calls("audio.speech"),
            Write = (json, sums) => json.WriteNumber("characters"u8, sums.Characters),
        },
        new()
        {
            Operation = OpenAIOperations.UsageAudioTranscriptions,
            Object = "organization.usage.audio_transcriptions.result",
            Sources = Calls("audio.transcriptions", "audio.translations"),
            Write = (json, sums) => json.WriteNumber("seconds"u8, (long)Math.Round(sums.Seconds, MidpointRounding.AwayFromZero)),
        },
        new() { Operation = OpenAIOperations.UsageVectorStores },
        new() { Operation = OpenAIOperations.UsageCodeInterpreterSessions },
        new() { Operation = OpenAIOperations.UsageFileSearchCalls },
        new() { Operation = OpenAIOperations.UsageWebSearchCalls },
        new()
        {
            Operation = OpenAIOperations.UsageCosts,
            Object = "organization.costs.result",
            Groups = new Dictionary<string, UsageGroup?> { ["project_id"] = UsageGroup.Project, ["line_item"] = UsageGroup.Model, ["api_key_id"] = UsageGroup.Key },
            Filters = new Dictionary<string, UsageGroup> { ["project_ids"] = UsageGroup.Project, ["api_key_ids"] = UsageGroup.Key },
            IsCost = true,
            Write = WriteAmount,
        },
    ];

    private static Dictionary<string, string> Calls(params string[] operations) => operations.ToDictionary(operation => operation, operation => operation);

    private static void WriteTokens(Utf8JsonWriter json, UsageSums sums)
    {
        json.WriteNumber("input_tokens"u8, sums.Prompt);
        json.WriteNumber("input_cached_tokens"u8, sums.Cached);
        json.WriteNumber("input_cache_write_tokens"u8, sums.CacheWritten);
        json.WriteNumber("input_uncached_tokens"u8, sums.Prompt - sums.Cached - sums.CacheWritten);
        json.WriteNumber("output_tokens"u8, sums.Completion);
    }

    private static void WriteAmount(Utf8JsonWriter json, UsageSums sums)
    {
        json.WriteStartObject("amount"u8);
        json.WritePropertyName("value"u8);
        json.WriteRawValue(DollarText.Of(sums.Cost));
        json.WriteString("currency"u8, "usd"u8);
        json.WriteEndObject();
    }
}
