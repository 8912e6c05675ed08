using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration;

/// <summary>Every setting there is. The binder refuses what is not here, and the published schema is made from it.</summary>
internal static class SettingCatalog
{
    public const string Server = "server";
    public const string Providers = "providers";
    public const string Models = "models";
    public const string Responses = "responses";
    public const string Conversations = "conversations";
    public const string Aliases = "aliases";
    public const string Routing = "routing";
    public const string ModelData = "model_data";
    public const string Storage = "storage";
    public const string Ledger = "ledger";
    public const string Limits = "limits";
    public const string Access = "access";
    public const string Cache = "cache";
    public const string Guardrails = "guardrails";
    public const string Files = "files";
    public const string Batches = "batches";
    public const string Telemetry = "telemetry";
    public const string Logging = "logging";

    /// <summary>The settings of a model's <c>defaults:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> ModelDefaultSettings { get; } =
    [
        new("temperature", SettingKind.Number, "0 to 2.") { Range = (0, 2) },
        new("max_completion_tokens", SettingKind.Integer, "The most tokens of an answer.") { Range = (1, 1_048_576) },
    ];

    /// <summary>The settings of the server's <c>defaults:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> DefaultSettings { get; } =
    [
        new("model", SettingKind.Text, "The model of requests that name none."),
        .. ModelDefaultSettings,
    ];

    /// <summary>The settings of <c>routing.breaker:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> BreakerSettings { get; } =
    [
        new("failure_share", SettingKind.Number, "The share of failures at which it opens, from 0.01.") { Default = "0.5", Range = (0, 1) },
        new("least_calls", SettingKind.Integer, "How many calls there must have been.") { Default = "5", Range = (1, 1_000_000) },
        new("window", SettingKind.Duration, "Over which time calls and failures are counted, 1s to 1h.") { Default = "30s" },
        new("open_for", SettingKind.Duration, "How long it stays open before a call is tried, 100ms to 1h.") { Default = "5s" },
        new("probes", SettingKind.Integer, "How many calls are tried at once then, and must succeed before it closes.") { Default = "1", Range = (1, 100) },
    ];

    /// <summary>The settings of one guardrail.</summary>
    public static IReadOnlyList<SettingDefinition> GuardrailSettings { get; } =
    [
        new("name", SettingKind.Text, "Its name in errors, headers and metrics: letters, digits, '-' and '_'.") { IsRequired = true },
        new("check", SettingKind.Text, "What it looks for.") { Allowed = ["secrets", "personal_data", "words", "regex", "length", "moderation", "json_schema", "webhook"], IsRequired = true },
        new("on", SettingKind.Text, "Which way it looks; a JSON schema is only for answers.") { Default = "both", Allowed = ["input", "output", "both"] },
        new("action", SettingKind.Text, "What becomes of what it finds: refuse, mask (something else stands in its place) or warn (it passes, and is told in a header and a metric). A webhook says so itself.") { Default = "refuse", Allowed = ["refuse", "mask", "warn"] },
        new("default", SettingKind.Text, "Whether it holds without being asked for; one that is off is asked for in x-switchboard-guardrails.") { Default = "on", Allowed = ["on", "off"] },
        new("models", SettingKind.Texts, "The models it holds for, as callers name them, with '*' for anything; all by default."),
        new("keys", SettingKind.Texts, "The keys it holds for, by id or name, with '*' for anything; all by default."),
        new("projects", SettingKind.Texts, "The projects it holds for, by id, with '*' for anything; all by default."),
        new("arguments", SettingKind.Boolean, "Look at the arguments of tool calls, too.") { Default = "true" },
        new("reasoning", SettingKind.Boolean, "Look at the reasoning of answers, too.") { Default = "true" },
        new("mask_with", SettingKind.Text, "What stands in the place of what is masked; by default what was there, such as [EMAIL]."),
        new("kinds", SettingKind.Texts, "Kinds of personal data: email, iban, card, ssn, ip_address, phone; all by default."),
        new("words", SettingKind.Texts, "Words and phrases, for words."),
        new("whole_words", SettingKind.Boolean, "Words count only where no letter or digit stands beside them.") { Default = "true" },
        new("ignore_case", SettingKind.Boolean, "Upper and lower case are the same, for words and regex.") { Default = "true" },
        new("pattern", SettingKind.Text, "A regular expression without lookarounds and backreferences, for regex; it takes linear time."),
        new("window", SettingKind.Integer, "How many characters of a stream are held back for the pattern: the longest match that is surely found there.") { Default = "256", Range = (1, 16_384) },
        new("max_characters", SettingKind.Integer, "The most characters of all texts together, for length.") { Range = (1, 1_000_000_000) },
        new("model", SettingKind.Text, "The model that is asked, as a caller would name it, for moderation."),
        new("ask", SettingKind.Text, "How the model is asked: moderations (POST /v1/moderations), or chat (it has to answer safe or unsafe).") { Default = "moderations", Allowed = ["moderations", "chat"] },
        new("prompt", SettingKind.Text, "What a chat model is told; by default a prompt of the gateway's."),
        new("categories", SettingKind.Texts, "The categories that count, for moderation; all by default."),
        new("threshold", SettingKind.Number, "The score from which a category counts, for moderation; by default what the model flags.") { Range = (0, 1) },
        new("url", SettingKind.Text, "The address of a webhook."),
        new("secret", SettingKind.Text, "Signs what a webhook gets, as Standard Webhooks has it; best written ${NAME}."),
        new("timeout", SettingKind.Duration, "How long a model or a webhook may take, 10ms to 2m.") { Default = "5s" },
        new("when_unavailable", SettingKind.Text, "What becomes of texts when the model or the webhook does not answer.") { Default = "refuse", Allowed = ["refuse", "pass"] },
        new("every", SettingKind.Integer, "How many characters of a stream a model or a webhook gets at a time; they are held back until it has answered.") { Default = "1000", Range = (100, 1_000_000) },
        new("schema", SettingKind.Text, "The JSON schema of answers, as JSON; by default that of the request's own response format."),
    ];

    /// <summary>The parts of the file.</summary>
    public static IReadOnlyList<SettingDefinition> Parts { get; } =
    [
        new(Server, SettingKind.Text, "How the HTTP server listens and what it takes."),
        new(Providers, SettingKind.Text, "Providers by name; any of their models is reachable as provider/model."),
        new(Models, SettingKind.Text, "Model names of your own, each with where it runs; a name may hold one '*'."),
        new(Aliases, SettingKind.Text, "Other names of models, each with the name that it stands for."),
        new(Routing, SettingKind.Text, "What holds for the deployments of all models."),
        new(ModelData, SettingKind.Text, "A file of facts about models (context windows, capabilities, prices) that adds to the built-in ones and wins over them; relative to this file."),
        new(Responses, SettingKind.Text, "How responses are kept that the gateway answers itself."),
        new(Conversations, SettingKind.Text, "How conversations are kept and gone on with."),
        new(Storage, SettingKind.Text, "Where the gateway keeps what it knows; all but shared_timeout needs a restart."),
        new(Ledger, SettingKind.Text, "How long the ledger is kept."),
        new(Limits, SettingKind.Text, "Limits that hold whatever key asks, and what holds for all limits."),
        new(Access, SettingKind.Text, "Who may ask; it needs a restart."),
        new(Cache, SettingKind.Text, "How answers are kept to be given again."),
        new(Guardrails, SettingKind.List, "What is checked on the way to models and back, in this order.") { Members = GuardrailSettings },
        new(Files, SettingKind.Text, "The files and batches of callers."),
        new(Batches, SettingKind.Text, "The batches that the gateway runs itself; it needs a restart."),
        new(Telemetry, SettingKind.Text, "Where traces and metrics go, by OTLP (docs/telemetry.md); it needs a restart."),
        new(Logging, SettingKind.Text, "What is logged, and where; format and file need a restart."),
    ];

    /// <summary>The settings of a provider's <c>budget:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> BudgetSettings { get; } =
    [
        new("amount", SettingKind.Number, "How much may be spent, in US dollars.") { Range = (0, 9_000_000), IsRequired = true },
        new("period", SettingKind.Text, "In which time, by UTC.") { Default = "month", Allowed = ["day", "month", "total"] },
        new("warn_at", SettingKind.Number, "The share of it from which on operators are warned.") { Default = "0.8", Range = (0, 1) },
    ];

    /// <summary>The settings of <c>files:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> FileSettings { get; } =
    [
        new("store", SettingKind.Text, "Who keeps files and runs batches: provider, gateway, or auto for the provider that calls without a model go to where its kind has files, and else the gateway.") { Default = "auto", Allowed = ["auto", "gateway", "provider"] },
        new("max_mb", SettingKind.Integer, "The largest file that the gateway keeps, in megabytes.") { Default = "512", Range = (1, 65_536) },
    ];

    /// <summary>The settings of <c>batches.webhook:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> WebhookSettings { get; } =
    [
        new("url", SettingKind.Text, "Where it is posted to.") { IsRequired = true },
        new("secret", SettingKind.Text, "Signs it, as Standard Webhooks has it: whsec_ and base64, or else any text; best written ${NAME}.") { IsRequired = true },
    ];

    /// <summary>The settings of <c>batches:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> BatchSettings { get; } =
    [
        new("concurrency", SettingKind.Integer, "How many lines of all batches this gateway has answered at once; with 0 it runs none.") { Default = "16", Range = (0, 10_000) },
        new("attempts", SettingKind.Integer, "How often a line is tried whose fault may pass.") { Default = "5", Range = (1, 100) },
        new("webhook", SettingKind.Group, "Who is told of the end of each batch.") { Members = WebhookSettings },
    ];

    /// <summary>The settings of <c>telemetry:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> TelemetrySettings { get; } =
    [
        new("enabled", SettingKind.Boolean, "Send anything at all; by default OTEL_SDK_DISABLED turned round, or true.") { Default = "true" },
        new("endpoint", SettingKind.Text, "The collector, such as http://127.0.0.1:4317; by default OTEL_EXPORTER_OTLP_ENDPOINT, or OTLP_ENDPOINT, or none."),
        new("traces_endpoint", SettingKind.Text, "The address for traces alone, taken as it is; by default OTEL_EXPORTER_OTLP_TRACES_ENDPOINT."),
        new("metrics_endpoint", SettingKind.Text, "The address for metrics alone, taken as it is; by default OTEL_EXPORTER_OTLP_METRICS_ENDPOINT."),
        new("protocol", SettingKind.Text, "What is spoken; by default OTEL_EXPORTER_OTLP_PROTOCOL, or http/protobuf where the port is 4318, or grpc.") { Allowed = ["grpc", "http/protobuf"] },
        new("headers", SettingKind.Map, "Headers of what is sent, such as a key; best written ${NAME}; by default OTEL_EXPORTER_OTLP_HEADERS."),
        new("timeout", SettingKind.Duration, "How long one sending may take, 100ms to 1m; by default OTEL_EXPORTER_OTLP_TIMEOUT.") { Default = "10s" },
        new("traces", SettingKind.Boolean, "Send traces; false by default where OTEL_TRACES_EXPORTER is none.") { Default = "true" },
        new("metrics", SettingKind.Boolean, "Send metrics; false by default where OTEL_METRICS_EXPORTER is none.") { Default = "true" },
        new("metrics_interval", SettingKind.Duration, "How often metrics are sent, 100ms to 1h; by default OTEL_METRIC_EXPORT_INTERVAL.") { Default = "1m" },
        new("sampler", SettingKind.Text, "Which traces are kept; by default OTEL_TRACES_SAMPLER.") { Default = "parentbased_traceidratio", Allowed = ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"] },
        new("sampling_ratio", SettingKind.Number, "The share of traces that samplers with a ratio keep; by default OTEL_TRACES_SAMPLER_ARG.") { Default = "1", Range = (0, 1) },
        new("service_name", SettingKind.Text, "What the gateway is called; by default OTEL_SERVICE_NAME.") { Default = "switchboard" },
        new("resource_attributes", SettingKind.Map, "What else is told of it, by name; by default OTEL_RESOURCE_ATTRIBUTES."),
        new("capture_content", SettingKind.Boolean, "Put what is asked and answered on spans, without secrets.") { Default = "false" },
    ];

    /// <summary>The settings of <c>storage:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> StorageSettings { get; } =
    [
        new("encryption_key", SettingKind.Text, "Encrypts the keys of providers that are kept in the records, at least 32 characters; best written ${NAME}."),
        new("former_encryption_key", SettingKind.Text, "The encryption key from before, while it is being replaced: it still decrypts (docs/storage.md)."),
        new("records", SettingKind.Text, "What outlives the process: a SQLite file, relative to this file, or postgres://user:password@host/database; by default DATABASE_URL, or switchboard.db. :memory: keeps nothing."),
        new("shared", SettingKind.Text, "The Redis or Valkey in which several gateways share counters, cache and locks, as redis://[user][:password@]host[:port][/database]; by default REDIS_URL, or the memory of the process."),
        new("spill", SettingKind.Text, "The folder in which rows of the ledger wait while the database is away, relative to this file; by default switchboard-spill beside the SQLite file, or beside this one."),
        new("files", SettingKind.Text, "The folder of the files of callers, relative to this file; by default switchboard-files beside the SQLite file, or beside this one. Several gateways need one that all of them see."),
        new("shared_timeout", SettingKind.Duration, "How long one question to it may take, 10ms to 10s.") { Default = "250ms" },
    ];

    /// <summary>The settings of <c>access.jwt</c>.</summary>
    public static IReadOnlyList<SettingDefinition> TokenSettings { get; } =
    [
        new("issuer", SettingKind.Text, "Who signs the tokens, as their iss has it: an https address, whose /.well-known/openid-configuration says where its keys are.") { IsRequired = true },
        new("audience", SettingKind.Texts, "Whom they are for: one of these must be in their aud.") { IsRequired = true },
        new("jwks_url", SettingKind.Text, "Where the keys are that they are signed with; by default the issuer is asked."),
        new("user_claim", SettingKind.Text, "The claim that says who it is.") { Default = "sub" },
        new("project_claim", SettingKind.Text, "The claim with the id of the project whose policy holds; by default there is none, and no policy holds."),
        new("admin_claim", SettingKind.Text, "The claim that makes administrators, one text or a list, where it holds admin_value; by default nobody is one."),
        new("admin_value", SettingKind.Text, "What admin_claim must hold."),
        new("clock_skew", SettingKind.Duration, "How far the clocks may be apart, 0s to 10m.") { Default = "30s" },
    ];

    /// <summary>The settings of <c>access:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> AccessSettings { get; } =
    [
        new("jwt", SettingKind.Group, "Tokens of an identity provider that are taken in place of keys; with them every request needs a key or a token.") { Members = TokenSettings },
        new("master_key", SettingKind.Text, "The key that opens everything, the admin API too, at least 32 characters; with one every request needs a key. Best written ${NAME}; by default SWITCHBOARD_MASTER_KEY, or none."),
    ];

    /// <summary>The limits of somebody.</summary>
    public static IReadOnlyList<SettingDefinition> OwnLimitSettings { get; } =
    [
        new("requests_per_minute", SettingKind.Integer, "Requests in any minute."),
        new("requests_per_day", SettingKind.Integer, "Requests in any 24 hours."),
        new("tokens_per_minute", SettingKind.Integer, "Tokens of prompts and answers in any minute."),
        new("tokens_per_day", SettingKind.Integer, "Tokens of prompts and answers in any 24 hours."),
        new("concurrent_requests", SettingKind.Integer, "Requests at the same time."),
    ];

    /// <summary>The settings of <c>cache.semantic:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> SemanticCacheSettings { get; } =
    [
        new("model", SettingKind.Text, "The model that makes vectors of questions, as a caller would write it.") { IsRequired = true },
        new("threshold", SettingKind.Number, "The cosine from which two questions mean the same, from 0.5.") { Default = "0.95", Range = (0, 1) },
        new("max_entries", SettingKind.Integer, "The most questions that are remembered; the oldest go first.") { Default = "10000", Range = (1, 1_000_000) },
        new("timeout", SettingKind.Duration, "How long a vector may take, 10ms to 60s; then the question is asked.") { Default = "2s" },
    ];

    /// <summary>The settings of <c>cache:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> CacheSettings { get; } =
    [
        new("enabled", SettingKind.Boolean, "Keep answers, and give them again to the same requests.") { Default = "false" },
        new("ttl", SettingKind.Duration, "How long an answer is given again, 1s to 720h.") { Default = "1h" },
        new("max_entry_kb", SettingKind.Integer, "The largest answer that is kept, in kilobytes; Redis takes none above 4096.") { Default = "2048", Range = (1, 65_536) },
        new("max_mb", SettingKind.Integer, "The most memory of this process that answers take, in megabytes.") { Default = "256", Range = (1, 65_536) },
        new("scope", SettingKind.Text, "Who is given an answer again: key (the project of the key that asked, or the key), or shared (everybody).") { Default = "key", Allowed = ["key", "shared"] },
        new("models", SettingKind.Texts, "The models whose answers are kept, as callers write them, with * for any text; by default all."),
        new("semantic", SettingKind.Group, "Answer questions that mean the same, too; by default only equal requests.") { Members = SemanticCacheSettings },
    ];

    /// <summary>The settings of <c>limits:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> LimitSettings { get; } =
    [
        new("user", SettingKind.Group, "The limits of each user that a key or a request tells.") { Members = OwnLimitSettings },
        new("address", SettingKind.Group, "The limits of each address that asks.") { Members = OwnLimitSettings },
        new("models", SettingKind.Groups, "The limits of models for all callers together, by the names that callers write; a '*' stands for anything, and the most particular pattern holds.") { Members = OwnLimitSettings },
        new("when_unavailable", SettingKind.Text, "What holds while the shared state is away: local (each gateway counts for itself), or refuse (503).") { Default = "local", Allowed = ["local", "refuse"] },
    ];

    /// <summary>The settings of <c>responses:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> ResponseStoreSettings { get; } =
    [
        new("max_stored", SettingKind.Integer, "The most responses that are kept; those used longest ago go first.") { Default = "10000", Range = (0, 1_000_000) },
        new("max_megabytes", SettingKind.Integer, "The most room that they take, in megabytes.") { Default = "256", Range = (1, 65_536) },
        new("max_age", SettingKind.Duration, "How long one is kept after it was used last, 1s to 720h.") { Default = "24h" },
    ];

    /// <summary>The settings of <c>ledger:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> LedgerSettings { get; } =
    [
        new("keep_days", SettingKind.Integer, "For how many days, beside the one that runs, rows are kept; sums by day stay; by default for ever.") { Range = (1, 3650) },
    ];

    /// <summary>The settings of <c>conversations:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> ConversationSettings { get; } =
    [
        new("model", SettingKind.Text, "The model of turns whose request and conversation name none; by default server.defaults.model, or the first model that answers."),
        new("system_prompt", SettingKind.Text, "What the model is told first where a conversation has no system prompt of its own."),
        new("max_turns", SettingKind.Integer, "How many of the last turns the model reads.") { Default = "20", Range = (1, 1000) },
        new("max_tokens", SettingKind.Integer, "How many tokens of them, as they are estimated; by default a third of the model's context window where that is known.") { Range = (1, 10_000_000) },
        new("max_wait", SettingKind.Duration, "How long a turn waits for the one before it in its conversation, 0s to 10m; then it gets 409.") { Default = "30s" },
        new("ttl", SettingKind.Duration, "How long a conversation is kept after it was used last, 1m to 87600h; by default until it is deleted."),
        new("max_stored", SettingKind.Integer, "The most conversations that are kept, of all callers; those used longest ago go first.") { Default = "1000000", Range = (1, 100_000_000) },
    ];

    /// <summary>The settings of <c>server:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> ServerSettings { get; } =
    [
        new("urls", SettingKind.Text, "Where to listen; ';' between several.") { Default = "http://127.0.0.1:8000" },
        new("max_body_mb", SettingKind.Integer, "The largest request body in megabytes; larger ones get 413.") { Default = "45", Range = (1, 1024) },
        new("strict", SettingKind.Boolean, "Refuse what the OpenAI specification does not know or allow in a request: unknown members, values out of range, contradictions.") { Default = "false" },
        new("drop_unsupported", SettingKind.Boolean, "Leave out members that would be refused as unknown or unsupported, and name them in x-switchboard-dropped.") { Default = "false" },
        new("compat", SettingKind.Text, "Whose habits errors and refusals have: openai, or dynamo (flat errors, 529, its unsupported members).") { Default = "openai", Allowed = ["openai", "dynamo"] },
        new("done_after_error", SettingKind.Boolean, "Send data: [DONE] after the error that ends a stream, too.") { Default = "false" },
        new("defaults", SettingKind.Group, "What stands for members that a request for text leaves out.") { Members = DefaultSettings },
        new("default_provider", SettingKind.Text, "The provider of calls that name no model, such as those to files; by default the only one that can answer them, or openai."),
        new("overload_status", SettingKind.Integer, "The status of an overload.") { Default = "503", Allowed = ["503", "529"] },
        new("max_concurrency", SettingKind.Integer, "How many requests run at once.") { Default = "10000", Range = (1, 1_000_000) },
        new("max_queue", SettingKind.Integer, "How many more may wait for their turn; others are sent away at once.") { Default = "1000", Range = (0, 1_000_000) },
        new("queue_timeout", SettingKind.Duration, "How long a request may wait for its turn, 0s to 10m.") { Default = "30s" },
        new("heartbeat", SettingKind.Duration, "The silence after which a stream gets a comment, 100ms to 1h, or 0s for never.") { Default = "15s" },
        new("drain_timeout", SettingKind.Duration, "How long running requests may go on after Ctrl-C, 0s to 1h.") { Default = "30s" },
        new("discover", SettingKind.Boolean, "Look for Ollama, LM Studio, vLLM and llama.cpp on their usual loopback ports at start; by default only without a file."),
        new("trusted_proxies", SettingKind.Texts, "The proxies whose X-Forwarded-For is believed, as addresses or networks (10.0.0.0/8); none by default."),
        new("console", SettingKind.Boolean, "Serve the web console at /console/ (docs/console.md); its files hold no secret and need no key.") { Default = "true" },
        new("metrics", SettingKind.Text, "Who may read /metrics: admin (administrators; everybody where nobody is asked for a key), open (everybody) or off (nobody, and nothing is counted).") { Default = "admin", Allowed = ["admin", "open", "off"] },
        new("metrics_max_series", SettingKind.Integer, "The most series of one metric; what is beyond is counted together, as overflow.") { Default = "20000", Range = (100, 1_000_000) },
        new("access", SettingKind.Text, "The word open allows an address beyond loopback without keys.") { Allowed = ["open"] },
    ];

    /// <summary>The settings of the parts that are groups of settings.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<SettingDefinition>> Groups => new Dictionary<string, IReadOnlyList<SettingDefinition>>
    {
        [Server] = ServerSettings,
        [Routing] = RoutingSettings,
        [Responses] = ResponseStoreSettings,
        [Conversations] = ConversationSettings,
        [Storage] = StorageSettings,
        [Ledger] = LedgerSettings,
        [Limits] = LimitSettings,
        [Access] = AccessSettings,
        [Cache] = CacheSettings,
        [Files] = FileSettings,
        [Batches] = BatchSettings,
        [Telemetry] = TelemetrySettings,
        [Logging] = LoggingCatalog.Settings,
    };

    /// <summary>Those settings of a provider that <c>${secret:NAME}</c> may stand in.</summary>
    public static IReadOnlyList<string> ProviderSecrets { get; } = ["api_key", "admin_api_key", "client_secret", "access_key_id", "secret_access_key", "session_token"];

    /// <summary>The settings of one provider.</summary>
    public static IReadOnlyList<SettingDefinition> ProviderSettings { get; } =
    [
        new("type", SettingKind.Text, "Its kind: openai for any compatible server, local for the engine, or one of its own (docs/providers.md).") { Allowed = ConfigurationRules.BuiltInProviderTypes, IsRequired = true },
        new("base_url", SettingKind.Text, "Base URL up to and with the version; by default that of the kind, such as https://api.openai.com/v1."),
        new("api_key", SettingKind.Text, "The key sent to the provider; best written ${NAME}, or ${secret:NAME} for one that is kept encrypted (docs/storage.md)."),
        new("admin_api_key", SettingKind.Text, "The key sent with calls that administer the organization (/organization, /projects); by default api_key."),
        new("endpoint", SettingKind.Text, "The resource's address, for azure."),
        new("api_version", SettingKind.Text, "The dated version of the API, for azure; without one it is version 1."),
        new("auth", SettingKind.Text, "How api_key is sent, for azure: key, or bearer for a token of Entra.") { Default = "key", Allowed = ["key", "bearer"] },
        new("authority", SettingKind.Text, "Where tokens are asked for, for azure with a client_secret.") { Default = "https://login.microsoftonline.com" },
        new("tenant_id", SettingKind.Text, "The directory of the application that signs in, for azure."),
        new("client_id", SettingKind.Text, "The application that signs in, for azure."),
        new("client_secret", SettingKind.Text, "The application's secret, for azure; best written ${NAME}."),
        new("region", SettingKind.Text, "The region, for bedrock; by default AWS_REGION, or us-east-1."),
        new("access_key_id", SettingKind.Text, "The id of the access key that signs requests, for bedrock; best written ${NAME}."),
        new("secret_access_key", SettingKind.Text, "The access key, for bedrock; best written ${NAME}."),
        new("session_token", SettingKind.Text, "The token of temporary credentials, for bedrock; best written ${NAME}."),
        new("project", SettingKind.Text, "The project that pays, for vertex; by default GOOGLE_CLOUD_PROJECT."),
        new("location", SettingKind.Text, "Where the models run, for vertex, such as europe-west4; by default GOOGLE_CLOUD_LOCATION, or global."),
        new("credentials_file", SettingKind.Text, "The file with the key of a service account or a user's sign-in, for vertex; relative to this file; by default GOOGLE_APPLICATION_CREDENTIALS."),
        new("api", SettingKind.Text, "Which API is spoken, for ollama: native, or openai for its compatible one.") { Default = "native", Allowed = ["native", "openai"] },
        new("models_dir", SettingKind.Text, "A folder of GGUF files, for local; relative to this file."),
        new("connect_timeout", SettingKind.Duration, "Time to connect, 100ms to 10m.") { Default = "10s" },
        new("timeout", SettingKind.Duration, "Time to the head of an answer, and to the end of one that does not stream, 1s to 1h.") { Default = "10m" },
        new("idle_timeout", SettingKind.Duration, "The longest silence inside a stream, 1s to 1h.") { Default = "2m" },
        new("total_timeout", SettingKind.Duration, "The longest an answer may take, to its end, 1s to 24h; none by default."),
        new("ask_usage", SettingKind.Boolean, "Ask for the usage of streams whose callers did not, and keep it from them; true by default, or what the kind is known to take."),
        new("max_concurrency", SettingKind.Integer, "How many requests it answers at once; as many as come by default.") { Range = (1, 1_000_000) },
        new("max_queue", SettingKind.Integer, "How many more may wait where max_concurrency is set.") { Default = "100", Range = (0, 1_000_000) },
        new("budget", SettingKind.Group, "What may be spent there; when it is spent, calls go to others.") { Members = BudgetSettings },
        new("extensions", SettingKind.Text, "What becomes of members that the specification does not have: pass, drop, or engine (pass, with the headers that steer an engine); pass by default, engine for dynamo.") { Allowed = ["pass", "drop", "engine"] },
        new("reasoning_parser", SettingKind.Text, "How its models mark reasoning in their text, for openai; docs/markup.md names the forms.") { Allowed = [.. ConfigurationRules.ReasoningParsers] },
        new("tool_parser", SettingKind.Text, "How its models write calls of tools into their text, for openai; docs/markup.md names the forms.") { Allowed = [.. ConfigurationRules.ToolParsers] },
        new("unsupported", SettingKind.Text, "What becomes of members of a chat request that the provider's dialect has nothing like: drop (named in x-switchboard-dropped) or refuse.") { Default = "drop", Allowed = ["drop", "refuse"] },
        new("parameters", SettingKind.Map, "Members of the requests to it by name, each with drop, refuse, or the name under which it is sent instead."),
        new("batch_prompts", SettingKind.Boolean, "It takes several prompts in one text completion; else each is asked for by itself; true by default, or what the kind is known to take."),
        new("responses", SettingKind.Text, "How requests of the Responses API are answered: native (it speaks that API), or chat (it only has chat completions, and the gateway makes these of them); native by default, or what the kind is known to have.") { Allowed = ["native", "chat"] },
        new("commit_after", SettingKind.Duration, "When a stream's status is sent though no event has come yet, 0s to 10m.") { Default = "10s" },
    ];

    /// <summary>The settings of <c>routing:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> RoutingSettings { get; } =
    [
        new("retry_budget", SettingKind.Number, "The most further attempts, as a share of a model's calls of the last 10 s; ten are always free.") { Default = "0.2", Range = (0, 1) },
        new("hedge_budget", SettingKind.Number, "The most hedged calls, as a share of a model's calls of the last 10 s; two are always free.") { Default = "0.1", Range = (0, 1) },
        new("health_interval", SettingKind.Duration, "How often providers are asked whether they are there, 1s to 1h, or 0s for never.") { Default = "0s" },
        new("breaker", SettingKind.Group, "When a deployment that fails is left alone.") { Members = BreakerSettings },
    ];

    /// <summary>The settings of one model.</summary>
    public static IReadOnlyList<SettingDefinition> ModelSettings { get; } =
    [
        new("deployments", SettingKind.List, "Where the model runs, 1 to 250.") { IsRequired = true },
        new("defaults", SettingKind.Group, "What stands for members that a request for text leaves out; it wins over the server's.") { Members = ModelDefaultSettings },
        new("strategy", SettingKind.Text, "How the deployments share the calls.") { Default = "weighted", Allowed = ["weighted", "round_robin", "least_busy", "least_latency", "cheapest"] },
        new("sticky", SettingKind.Text, "What keeps calls together at one deployment as long as it is well and not much busier than others: who asks, or how the prompt begins.") { Default = "none", Allowed = ["none", "user", "prefix"] },
        new("fallbacks", SettingKind.Texts, "The models tried in this order when none of the deployments answers: names of this table or provider/model."),
        new("context_window_fallbacks", SettingKind.Texts, "The models tried when the prompt is too long for this one."),
        new("content_filter_fallbacks", SettingKind.Texts, "The models tried when a content policy refuses the prompt."),
        new("attempts", SettingKind.Integer, "How many of the deployments a call is sent to at most.") { Default = "3", Range = (1, 10) },
        new("hedge_after", SettingKind.Text, "When a call without a first byte is sent to a second deployment, too: a duration up to 10m, or auto for what 95 of 100 calls to the first keep; never by default."),
        new("deadline", SettingKind.Duration, "The time to the first byte over all attempts, of which each gets its share, 100ms to 1h; none by default."),
        new("cache_ttl", SettingKind.Duration, "How long its answers are given again, 1s to 720h, or 0s for never; by default as cache.ttl says."),
    ];

    /// <summary>The settings of one deployment.</summary>
    public static IReadOnlyList<SettingDefinition> DeploymentSettings { get; } =
    [
        new("provider", SettingKind.Text, "A name of the providers part.") { IsRequired = true },
        new("model", SettingKind.Text, "The model's name there; a '*' in it stands for what that of the row matched.") { IsRequired = true },
        new("weight", SettingKind.Integer, "Its share of the calls beside the others'.") { Default = "1", Range = (1, 1_000_000) },
        new("priority", SettingKind.Integer, "It is asked only where none of a lower number can be.") { Default = "0", Range = (0, 100) },
        new("rpm", SettingKind.Integer, "The most requests in any minute; as many as come by default.") { Range = (1, 1_000_000_000) },
        new("tpm", SettingKind.Integer, "The most tokens in any minute, of prompts and answers; as many as come by default.") { Range = (1, 1_000_000_000) },
        new("max_concurrency", SettingKind.Integer, "How many requests it answers at once; as many as come by default.") { Range = (1, 1_000_000) },
        new("max_queue", SettingKind.Integer, "How many more may wait where max_concurrency is set.") { Default = "100", Range = (0, 1_000_000) },
        new("tags", SettingKind.Texts, "Words that callers can ask for in x-switchboard-tags."),
        new("input_price", SettingKind.Number, "USD for a million tokens of prompts; by default the list price.") { Range = (0, 1_000_000) },
        new("output_price", SettingKind.Number, "USD for a million tokens of answers; by default the list price.") { Range = (0, 1_000_000) },
    ];
}
