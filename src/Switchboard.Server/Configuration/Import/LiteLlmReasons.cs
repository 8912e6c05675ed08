using System.Collections.Frozen;

namespace Switchboard.Server.Configuration.Import;

/// <summary>Why settings of LiteLLM that were not carried over have no counterpart, or need none.</summary>
internal static class LiteLlmReasons
{
    private const string Nothing = "there is no setting like it.";
    private const string Seen = "prices and sizes of some 340 models are built in; write input_price and output_price at the deployment, or a file of model_data.";
    private const string Callbacks = "calls are not handed to other services. What was used and what it cost is in the ledger (docs/accounting.md), metrics are at GET /metrics, and spans go where telemetry.endpoint says (docs/telemetry.md).";
    private const string Logs = "how much is logged is said by logging.level.";
    private const string Retries = "a call goes to another deployment or fallback in place of the same one again; models.NAME.attempts bounds it.";
    private const string Breaker = "routing.breaker counts failures of all kinds alike.";
    private const string Alerts = "nothing is sent to other services; failures are in the log and in metrics.";
    private const string Keys = "rules for keys are those of the key, its project and its team (docs/keys.md).";
    private const string Stored = "models, keys and teams that are in LiteLLM's database cannot be read from its file: add those models to this one, and make the keys with switchboard keys create.";
    private const string NotNeeded = "not needed: ";

    /// <summary>No reasons.</summary>
    public static FrozenDictionary<string, string> None { get; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Of <c>litellm_params</c>.</summary>
    public static FrozenDictionary<string, string> Parameters { get; } = new Dictionary<string, string>
    {
        ["organization"] = "the header OpenAI-Organization is not sent for callers; use a key of that organization.",
        ["extra_headers"] = "headers of your own are not sent to providers.",
        ["headers"] = "headers of your own are not sent to providers.",
        ["extra_body"] = "nothing is added to requests; callers may send such members themselves.",
        ["max_retries"] = Retries,
        ["num_retries"] = Retries,
        ["max_budget"] = "budgets are those of keys, projects, teams and providers (providers.NAME.budget).",
        ["budget_duration"] = "budgets are those of keys, projects, teams and providers (providers.NAME.budget).",
        ["region_name"] = "where a deployment runs is no filter; give it a tag, and let callers ask for it.",
        ["mock_response"] = "answers are not made up; the built-in model switchboard-tiny answers without a provider.",
        ["aws_role_name"] = "roles of AWS are not taken on; give the gateway keys by the environment.",
        ["aws_session_name"] = "roles of AWS are not taken on; give the gateway keys by the environment.",
        ["aws_profile_name"] = "profiles of AWS are not read; give the gateway keys by the environment.",
        ["aws_web_identity_token"] = "roles of AWS are not taken on; give the gateway keys by the environment.",
        ["use_in_pass_through"] = NotNeeded + "other operations of the API are relayed by x-switchboard-provider.",
        ["merge_reasoning_content_in_choices"] = "reasoning is always in reasoning_content.",
        ["base_model"] = Seen,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Of <c>model_info</c>.</summary>
    public static FrozenDictionary<string, string> ModelInfo { get; } = new Dictionary<string, string>
    {
        ["id"] = NotNeeded + "a deployment is named provider/model.",
        ["mode"] = NotNeeded + "the path of a request says what is asked of a model.",
        ["base_model"] = Seen,
        ["max_tokens"] = Seen,
        ["max_input_tokens"] = Seen,
        ["max_output_tokens"] = Seen,
        ["health_check_model"] = NotNeeded + "a health check asks providers for their models, not for answers.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Of <c>router_settings</c> and <c>litellm_settings</c>, most of which may stand in either.</summary>
    public static FrozenDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["routing_strategy_args"] = "strategies have no settings of their own.",
        ["retry_policy"] = Retries,
        ["model_group_retry_policy"] = Retries,
        ["retry_after"] = "another deployment is asked at once; one that asks for a rest gets it.",
        ["allowed_fails_policy"] = Breaker,
        ["enable_pre_call_checks"] = "prompts are not measured before they are sent: when the provider says that one is too long, context_window_fallbacks are asked.",
        ["tag_filtering_match_any"] = "a deployment must have all tags that x-switchboard-tags names.",
        ["enable_tag_filtering"] = "tags are asked for in the header x-switchboard-tags, not in metadata.tags.",
        ["default_litellm_params"] = "of defaults for all models there are temperature, max_completion_tokens and model (server.defaults).",
        ["caching_groups"] = "answers are kept by the name that was asked for.",
        ["cache_responses"] = "the cache is switched on by cache.enabled.",
        ["alerting_config"] = Alerts,
        ["success_callback"] = Callbacks,
        ["failure_callback"] = Callbacks,
        ["callbacks"] = Callbacks,
        ["service_callbacks"] = Callbacks,
        ["callback_settings"] = Callbacks,
        ["langfuse_default_tags"] = Callbacks,
        ["turn_off_message_logging"] = NotNeeded + "prompts and answers are in no log or metric, and on spans only where telemetry says so.",
        ["redact_user_api_key_info"] = NotNeeded + "keys are in no log, span or metric.",
        ["set_verbose"] = Logs,
        ["debug_level"] = Logs,
        ["modify_params"] = NotNeeded + "requests are made to fit a provider's dialect, and what it has no place for is named in x-switchboard-dropped.",
        ["max_budget"] = "budgets are those of keys, projects, teams and providers; there is none for all of the gateway.",
        ["budget_duration"] = "budgets are those of keys, projects, teams and providers; there is none for all of the gateway.",
        ["key_generation_settings"] = Keys,
        ["default_internal_user_params"] = Keys,
        ["default_team_settings"] = Keys,
        ["upperbound_key_generate_params"] = Keys,
        ["default_key_generate_params"] = Keys,
        ["force_ipv4"] = NotNeeded + "both kinds of address are tried.",
        ["ssl_verify"] = "certificates are always checked; add your own authority to the machine's.",
        ["mcp_aliases"] = "servers of tools are not proxied.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Of <c>general_settings</c>.</summary>
    public static FrozenDictionary<string, string> General { get; } = new Dictionary<string, string>
    {
        ["alerting"] = Alerts,
        ["alerting_threshold"] = Alerts,
        ["alerting_args"] = Alerts,
        ["alert_types"] = Alerts,
        ["alert_to_webhook_url"] = Alerts,
        ["spend_report_frequency"] = Alerts,
        ["store_model_in_db"] = Stored,
        ["supported_db_objects"] = Stored,
        ["allow_requests_on_db_unavailable"] = NotNeeded + "no request waits for the database, and known keys hold while it is away.",
        ["disable_spend_logs"] = "the ledger is always written; ledger.keep_days bounds it.",
        ["disable_spend_updates"] = "the ledger is always written; ledger.keep_days bounds it.",
        ["store_prompts_in_spend_logs"] = "prompts and answers are not kept in the ledger.",
        ["allowed_ips"] = "addresses are allowed by the policy of a key, a project or a team (allowed_addresses).",
        ["use_x_forwarded_for"] = "X-Forwarded-For is believed of server.trusted_proxies: name the networks of the proxies there.",
        ["custom_auth"] = "code of your own is not run; access.jwt takes tokens of an identity provider.",
        ["enable_jwt_auth"] = "tokens are taken by access.jwt, which wants issuer and audience (docs/keys.md).",
        ["litellm_jwtauth"] = "tokens are taken by access.jwt, which wants issuer and audience (docs/keys.md).",
        ["enable_oauth2_auth"] = "tokens are taken by access.jwt, which wants issuer and audience (docs/keys.md).",
        ["key_management_system"] = "vaults are not read; keys come from the environment, or from secrets that are kept encrypted (docs/storage.md).",
        ["key_management_settings"] = "vaults are not read; keys come from the environment, or from secrets that are kept encrypted (docs/storage.md).",
        ["pass_through_endpoints"] = "operations of OpenAI's API are relayed to a provider by x-switchboard-provider; other addresses are not.",
        ["litellm_key_header_name"] = NotNeeded + "keys are taken from Authorization, api-key, x-api-key and x-goog-api-key.",
        ["user_api_key_cache_ttl"] = NotNeeded + "all keys are in memory, and a change holds within a second.",
        ["database_connection_pool_limit"] = "connections to the database are pooled without a setting.",
        ["database_connection_timeout"] = "connections to the database are pooled without a setting.",
        ["database_connection_pool_timeout"] = "connections to the database are pooled without a setting.",
        ["proxy_batch_write_at"] = NotNeeded + "rows are written as they come.",
        ["ui_access_mode"] = "there is no page of administration; the admin API is for the master key and administrators.",
        ["allowed_routes"] = Keys,
        ["admin_only_routes"] = Keys,
        ["public_routes"] = Keys,
        ["enforce_user_param"] = Keys,
        ["enforced_params"] = Keys,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Of the file itself.</summary>
    public static FrozenDictionary<string, string> Parts { get; } = new Dictionary<string, string>
    {
        ["include"] = "the other files are not read: import each, and put the results together.",
        ["guardrails"] = "checks are written as docs/guardrails.md tells: secrets, personal_data, words, regex, moderation, webhook and more.",
        ["mcp_servers"] = "servers of tools are not proxied.",
        ["mcp_tools"] = "servers of tools are not proxied.",
        ["search_tools"] = "servers of tools are not proxied.",
        ["callback_settings"] = Callbacks,
        ["assistant_settings"] = "calls to assistants are relayed to a provider by x-switchboard-provider.",
        ["files_settings"] = "files are kept by the gateway or by one provider (docs/batches.md).",
        ["finetune_settings"] = "calls to fine tuning are relayed to a provider by x-switchboard-provider.",
        ["vector_store_registry"] = "calls to vector stores are relayed to a provider by x-switchboard-provider.",
        ["prompts"] = "prompts are not kept by the gateway.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Notes every member that nobody asked for.</summary>
    public static void Tell(ImportNotes notes, string path, ImportNode node, FrozenDictionary<string, string> reasons)
    {
        foreach (var (name, value) in node.Untaken)
        {
            var reason = reasons.GetValueOrDefault(name) ?? Fallback(path, name);
            var setting = path.Length == 0 ? name : $"{path}.{name}";
            if (reason.StartsWith(NotNeeded, StringComparison.Ordinal))
            {
                notes.Tell(setting, value, reason);
            }
            else
            {
                notes.Lose(setting, value, reason);
            }
        }
    }

    private static string Fallback(string path, string name) =>
        path.Length == 0 ? "it is no part of LiteLLM's settings that is known; what aliases take from it is carried over."
        : path.EndsWith("model_info", StringComparison.Ordinal) && (name.StartsWith("supports_", StringComparison.Ordinal) || name.Contains("cost", StringComparison.Ordinal)) ? Seen : Nothing;
}
