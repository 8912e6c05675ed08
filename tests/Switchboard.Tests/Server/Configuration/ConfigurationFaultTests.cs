using Switchboard.Gateway.Configuration;
using Switchboard.Server.Configuration;

namespace Switchboard.Tests.Server.Configuration;

public sealed class ConfigurationFaultTests
{
    [Fact]
    public void A_kind_that_is_none_is_told_all_there_are()
    {
        using var folder = new ConfigurationFolder("providers:\n  box:\n    type: opnai");

        var fault = Assert.Single(folder.Load().Faults);

        Assert.Equal($"switchboard.yaml:3: providers.box.type: 'opnai' is no kind of provider; there are {string.Join(", ", ConfigurationRules.BuiltInProviderTypes)}.", fault.ToString());
    }

    [Theory]
    [InlineData("server:\n  max_body_mbs: 3", "switchboard.yaml:2: server.max_body_mbs: There is no such setting. Did you mean 'max_body_mb'?")]
    [InlineData("sever: {}", "switchboard.yaml:1: sever: There is no such setting. Did you mean 'server'?")]
    [InlineData("server: { compat: azure }", "switchboard.yaml:1: server.compat: It must be one of openai, dynamo, but 'azure' is written.")]
    [InlineData("server: { defaults: { temperature: hot } }", "switchboard.yaml:1: server.defaults.temperature: It must be a number, but 'hot' is written.")]
    [InlineData("server: { defaults: { temperature: 3 } }", "switchboard.yaml:1: server.defaults.temperature: 3 is outside 0 to 2.")]
    [InlineData("server: { defaults: { max_completion_tokens: 0 } }", "switchboard.yaml:1: server.defaults.max_completion_tokens: 0 is outside 1 to 1048576 tokens.")]
    [InlineData("server: { defaults: { top_p: 1 } }", "switchboard.yaml:1: server.defaults.top_p: There is no such setting; there are model, temperature, max_completion_tokens.")]
    [InlineData("server: { zzzzzzzzzz: 1 }", "switchboard.yaml:1: server.zzzzzzzzzz: There is no such setting; there are urls, max_body_mb, strict, drop_unsupported, compat, done_after_error, defaults, default_provider, overload_status, max_concurrency, max_queue, queue_timeout, heartbeat, drain_timeout, discover, trusted_proxies, console, metrics, metrics_max_series, access.")]
    [InlineData("server:\n  strict: yes please", "switchboard.yaml:2: server.strict: It must be true or false, but 'yes please' is written.")]
    [InlineData("server:\n  max_body_mb: many", "switchboard.yaml:2: server.max_body_mb: It must be a whole number, but 'many' is written.")]
    [InlineData("server:\n  max_body_mb: 0", "switchboard.yaml:2: server.max_body_mb: 0 is outside 1 to 1024 megabytes.")]
    [InlineData("server:\n  drain_timeout: 30", "switchboard.yaml:2: server.drain_timeout: It must be a duration such as 500ms, 30s, 2m or 1h, but '30' is written.")]
    [InlineData("server:\n  max_body_mb: 1\n  max_body_mb: 2", "switchboard.yaml:3: server.max_body_mb: This is set twice; first in line 2.")]
    [InlineData("server:\n\tstrict: true", "switchboard.yaml:2: The line is indented with a tab. YAML takes spaces only.")]
    [InlineData("server: [1, 2]", "switchboard.yaml:1: server: Names with values are expected here: urls, max_body_mb, strict, drop_unsupported, compat, done_after_error, defaults, default_provider, overload_status, max_concurrency, max_queue, queue_timeout, heartbeat, drain_timeout, discover, trusted_proxies, console, metrics, metrics_max_series, access.")]
    [InlineData("responses:\n  max_stored: -1", "switchboard.yaml:2: responses.max_stored: -1 is outside 0 to 1000000.")]
    [InlineData("responses: { max_megabytes: 0 }", "switchboard.yaml:1: responses.max_megabytes: 0 is outside 1 to 65536 megabytes.")]
    [InlineData("responses: { max_age: 721h }", "switchboard.yaml:1: responses.max_age: 721 h is outside 1 s to 720 h.")]
    [InlineData("conversations: { max_turns: 0 }", "switchboard.yaml:1: conversations.max_turns: 0 is outside 1 to 1000.")]
    [InlineData("conversations: { max_tokens: 0 }", "switchboard.yaml:1: conversations.max_tokens: 0 is outside 1 to 10000000 tokens.")]
    [InlineData("conversations: { max_wait: 11m }", "switchboard.yaml:1: conversations.max_wait: 11 min is outside 0 s to 10 min.")]
    [InlineData("conversations: { ttl: 59s }", "switchboard.yaml:1: conversations.ttl: 59 s is outside 1 min to 87600 h.")]
    [InlineData("conversations: { max_stored: 0 }", "switchboard.yaml:1: conversations.max_stored: 0 is outside 1 to 100000000.")]
    [InlineData("conversations: { model: ' ' }", "switchboard.yaml:1: conversations.model: The name of a model is needed.")]
    [InlineData("responses: { ttl: 1h }", "switchboard.yaml:1: responses.ttl: There is no such setting; there are max_stored, max_megabytes, max_age.")]
    [InlineData("providers:\n  openai:\n    base_url: not a url\n    type: openai", "switchboard.yaml:3: providers.openai.base_url: It must be a whole http or https URL, such as https://api.openai.com/v1.")]
    [InlineData("providers: { openai: { type: openai, base_url: 'http://' } }", "switchboard.yaml:1: providers.openai.base_url: It must be a whole http or https URL, such as https://api.openai.com/v1.")]
    [InlineData("providers: { openai: { type: openai, base_url: 'http://host:99999/v1' } }", "switchboard.yaml:1: providers.openai.base_url: It must be a whole http or https URL, such as https://api.openai.com/v1.")]
    [InlineData("providers: { openai: { type: openai, base_url: 'http://[bad/v1' } }", "switchboard.yaml:1: providers.openai.base_url: It must be a whole http or https URL, such as https://api.openai.com/v1.")]
    [InlineData("providers:\n  openai:\n    api_key: ${NOT_SET}\n    type: openai", "switchboard.yaml:3: providers.openai.api_key: The environment variable NOT_SET is not set. Set it, or write ${NOT_SET:-default}.")]
    [InlineData("providers:\n  openai:\n    api_key: ${NOT-A-NAME}\n    type: openai", "switchboard.yaml:3: providers.openai.api_key: Write a variable as ${NAME} or ${NAME:-default}, and a secret that is kept as ${secret:NAME}.")]
    [InlineData("providers:\n  openai:\n    api_key: ${secret:openai}\n    type: openai", "switchboard.yaml:3: providers.openai.api_key: It stands for a secret that is kept encrypted: set storage.encryption_key.")]
    [InlineData("storage: { encryption_key: 0123456789abcdef0123456789abcdef }\nproviders: { openai: { type: openai, api_key: '${secret:-x}' } }", "switchboard.yaml:2: providers.openai.api_key: The name of a secret is made of letters, digits, '.', '_' and '-', begins with a letter or digit, and has at most 128 characters.")]
    [InlineData("providers:\n  openai:\n    api_key: a${secret:openai}\n    type: openai", "switchboard.yaml:3: providers.openai.api_key: A kept secret stands alone: ${secret:NAME}, with nothing before or behind it.")]
    [InlineData("providers:\n  openai:\n    base_url: ${secret:openai}\n    type: openai", "switchboard.yaml:3: providers.openai.base_url: Kept secrets can only be keys of providers (api_key, admin_api_key, client_secret, access_key_id, secret_access_key, session_token). Write a variable, ${NAME}.")]
    [InlineData("access: { master_key: \"${secret:master}\" }", "switchboard.yaml:1: access.master_key: Kept secrets can only be keys of providers (api_key, admin_api_key, client_secret, access_key_id, secret_access_key, session_token). Write a variable, ${NAME}.")]
    [InlineData("storage: { former_encryption_key: 0123456789abcdef0123456789abcdef }", "switchboard.yaml:1: storage.former_encryption_key: It only helps to replace it: storage.encryption_key is needed, too.")]
    [InlineData("providers:\n  openai:\n    api_key:\n    type: openai", "switchboard.yaml:3: providers.openai.api_key: It has no value; write one or leave the line out.")]
    [InlineData("providers:\n  box: { base_url: http://a/v1 }", "switchboard.yaml:2: providers.box: 'type' is missing. Its kind: openai for any compatible server, local for the engine, or one of its own (docs/providers.md).")]
    [InlineData("models:\n  fast:\n    deployments:\n      - { provider: nobody, model: m }", "switchboard.yaml:4: models.fast.deployments[0].provider: There is no provider 'nobody'; there are local.")]
    [InlineData("models:\n  fast:\n    deployments: { provider: local, model: m }", "switchboard.yaml:3: models.fast.deployments: A list is expected here: - { provider: openai, model: gpt-4o }.")]
    [InlineData("routing: { retry: 1 }", "switchboard.yaml:1: routing.retry: There is no such setting; there are retry_budget, hedge_budget, health_interval, breaker.")]
    [InlineData("routing: { breaker: { probes: 0 } }", "switchboard.yaml:1: routing.breaker.probes: 0 is outside 1 to 100.")]
    [InlineData("routing: { retry_budget: much }", "switchboard.yaml:1: routing.retry_budget: It must be a number, but 'much' is written.")]
    [InlineData("storage: { record: a.db }", "switchboard.yaml:1: storage.record: There is no such setting. Did you mean 'records'?")]
    [InlineData("storage: { records: mysql://planted-secret@db/x }", "switchboard.yaml:1: storage.records: It must be the path of a file, or a URL such as postgres://user:password@host/database.")]
    [InlineData("storage: { records: \"\" }", "switchboard.yaml:1: storage.records: It must be the path of a file, or a URL such as postgres://user:password@host/database.")]
    [InlineData("storage: { records: postgres://u:planted-secret@db }", "switchboard.yaml:1: storage.records: The URL names no database: write postgres://user:password@host:5432/database.")]
    [InlineData("storage: { records: \"postgres://u:p@ss:w@db/x\" }", "switchboard.yaml:1: storage.records: It is no URL of a PostgreSQL database: write postgres://user:password@host:5432/database, with %40 for an '@' in the password.")]
    [InlineData("storage: { records: \"postgres://u@db/x?sslmode=on\" }", "switchboard.yaml:1: storage.records: The option sslmode of the URL must be one of disable, allow, prefer, require, verify-ca, verify-full.")]
    [InlineData("storage: { records: \"postgres://u@db/x?pool_size=0\" }", "switchboard.yaml:1: storage.records: The option pool_size of the URL must be 1 to 1000.")]
    [InlineData("storage: { records: \"postgres://u@db/x?ssl=true\" }", "switchboard.yaml:1: storage.records: The URL has an option that is not known here; there are application_name, channel_binding, command_timeout, connect_timeout, host, options, pool_size, search_path, sslcert, sslkey, sslmode, sslrootcert.")]
    [InlineData("storage: { encryption_key: short }", "switchboard.yaml:1: storage.encryption_key: At least 32 characters are needed; `openssl rand -base64 32` makes some.")]
    [InlineData("access: { master_key: planted }", "switchboard.yaml:1: access.master_key: At least 32 characters are needed; `openssl rand -base64 32` makes some.")]
    [InlineData("access: { master_key: planted planted planted planted planted }", "switchboard.yaml:1: access.master_key: It is sent in a header: letters, digits and signs of ASCII are possible, and no spaces.")]
    [InlineData("access: { jwt: { audience: a } }", "switchboard.yaml:1: access.jwt: 'issuer' is missing. Who signs the tokens, as their iss has it: an https address, whose /.well-known/openid-configuration says where its keys are.")]
    [InlineData("access: { jwt: { issuer: \"http://example.com\", audience: a } }", "switchboard.yaml:1: access.jwt.issuer: An address with https is needed, as the tokens have it in iss (http on this machine alone).")]
    [InlineData("access: { jwt: { issuer: \"https://e.com\", audience: [] } }", "switchboard.yaml:1: access.jwt.audience: At least one is needed: a token for another program must not be taken.")]
    [InlineData("access: { jwt: { issuer: \"https://e.com\", audience: a, jwks_url: keys } }", "switchboard.yaml:1: access.jwt.jwks_url: An address with https is needed (http on this machine alone).")]
    [InlineData("access: { jwt: { issuer: \"https://e.com\", audience: a, admin_claim: roles } }", "switchboard.yaml:1: access.jwt.admin_value: admin_claim and admin_value go together.")]
    [InlineData("access: { jwt: { issuer: \"https://e.com\", audience: a, user_claim: \" \" } }", "switchboard.yaml:1: access.jwt.user_claim: The name of a claim is needed.")]
    [InlineData("access: { jwt: { issuer: \"https://e.com\", audience: a, clock_skew: 1h } }", "switchboard.yaml:1: access.jwt.clock_skew: 0s to 10m are possible.")]
    [InlineData("storage: { shared: localhost }", "switchboard.yaml:1: storage.shared: It must be a URL such as redis://:password@host:6379/0; special characters in a password are written as %XX.")]
    [InlineData("storage: { shared: \"http://:secret@host\" }", "switchboard.yaml:1: storage.shared: It must begin with redis://, rediss://, valkey:// or valkeys://.")]
    [InlineData("storage: { shared: \"redis://:secret@host/name\" }", "switchboard.yaml:1: storage.shared: What stands behind the host must be the number of a database, such as /0.")]
    [InlineData("storage: { shared: \"redis://secret@host\" }", "switchboard.yaml:1: storage.shared: A user needs a password; a password alone is written as redis://:password@host.")]
    [InlineData("storage: { shared: \"redis://host?tls=1\" }", "switchboard.yaml:1: storage.shared: Behind the '?' there may be ca, sni, prefix and name, each with a value.")]
    [InlineData("files: { store: disk }", "switchboard.yaml:1: files.store: It must be one of auto, gateway, provider, but 'disk' is written.")]
    [InlineData("files: { max_mb: 0 }", "switchboard.yaml:1: files.max_mb: 0 is outside 1 to 65536 megabytes.")]
    [InlineData("batches: { concurrency: -1 }", "switchboard.yaml:1: batches.concurrency: -1 is outside 0 to 10000.")]
    [InlineData("batches: { attempts: 0 }", "switchboard.yaml:1: batches.attempts: 0 is outside 1 to 100.")]
    [InlineData("batches: { webhook: { url: hooks, secret: s } }", "switchboard.yaml:1: batches.webhook.url: An absolute http or https URL is needed.")]
    [InlineData("batches: { webhook: { url: 'https://x/', secret: 'whsec_!' } }", "switchboard.yaml:1: batches.webhook.secret: A secret is needed: whsec_ and base64, or else any text. `echo whsec_$(openssl rand -base64 32)` makes one.")]
    [InlineData("storage: { shared_timeout: 5ms }", "switchboard.yaml:1: storage.shared_timeout: 5 ms is outside 10 ms to 10 s.")]
    [InlineData("limits: { users: { requests_per_minute: 1 } }", "switchboard.yaml:1: limits.users: There is no such setting. Did you mean 'user'?")]
    [InlineData("limits: { user: { rpm: 1 } }", "switchboard.yaml:1: limits.user.rpm: There is no such setting; there are requests_per_minute, requests_per_day, tokens_per_minute, tokens_per_day, concurrent_requests.")]
    [InlineData("limits: { address: { requests_per_day: many } }", "switchboard.yaml:1: limits.address.requests_per_day: It must be a whole number, but 'many' is written.")]
    [InlineData("limits: { models: { gpt-4o*: { tokens_per_minute: -1 } } }", "switchboard.yaml:1: limits.models.gpt-4o*.tokens_per_minute: -1 is outside 0 to 9007199254740992.")]
    [InlineData("limits: { models: [gpt-4o] }", "switchboard.yaml:1: limits.models: Names with settings below are expected here.")]
    [InlineData("providers: { openai: { type: openai, budget: { period: day } } }", "switchboard.yaml:1: providers.openai.budget: 'amount' is missing. How much may be spent, in US dollars.")]
    [InlineData("providers: { openai: { type: openai, budget: { amount: -5 } } }", "switchboard.yaml:1: providers.openai.budget.amount: It must be 0 to 9000000 dollars.")]
    [InlineData("providers: { openai: { type: openai, budget: { amount: 10000000 } } }", "switchboard.yaml:1: providers.openai.budget.amount: It must be 0 to 9000000 dollars.")]
    [InlineData("providers: { openai: { type: openai, budget: { amount: 1, warn_at: 2 } } }", "switchboard.yaml:1: providers.openai.budget.warn_at: 2 is outside 0 to 1.")]
    [InlineData("providers: { openai: { type: openai, budget: { amount: 1, period: week } } }", "switchboard.yaml:1: providers.openai.budget.period: It must be one of day, month, total, but 'week' is written.")]
    [InlineData("server: { trusted_proxies: [10.0.0.0/33] }", "switchboard.yaml:1: server.trusted_proxies[0]: '10.0.0.0/33' is no address or network such as 10.0.0.0/8, with no bits behind the prefix.")]
    [InlineData("server: { trusted_proxies: [10.0.0.1/8] }", "switchboard.yaml:1: server.trusted_proxies[0]: '10.0.0.1/8' is no address or network such as 10.0.0.0/8, with no bits behind the prefix.")]
    [InlineData("server: { trusted_proxies: [127.0.0.1, 0.0.0.0/0] }", "switchboard.yaml:1: server.trusted_proxies[1]: Who trusts everybody believes whatever a caller writes; name the networks of the proxies.")]
    [InlineData("cache: { ttl: 0s }", "switchboard.yaml:1: cache.ttl: 0 s is outside 1 s to 720 h.")]
    [InlineData("cache: { max_entry_kb: 0 }", "switchboard.yaml:1: cache.max_entry_kb: 0 is outside 1 to 65536 kilobytes.")]
    [InlineData("cache: { max_mb: 65537 }", "switchboard.yaml:1: cache.max_mb: 65537 is outside 1 to 65536 megabytes.")]
    [InlineData("cache: { scope: all }", "switchboard.yaml:1: cache.scope: It must be one of key, shared, but 'all' is written.")]
    [InlineData("cache: { semantic: { threshold: 0.9 } }", "switchboard.yaml:1: cache.semantic: 'model' is missing. The model that makes vectors of questions, as a caller would write it.")]
    [InlineData("cache: { semantic: { model: m, threshold: 0.4 } }", "switchboard.yaml:1: cache.semantic.threshold: 0.4 is outside 0.5 to 1.")]
    [InlineData("cache: { semantic: { model: m, timeout: 1h } }", "switchboard.yaml:1: cache.semantic.timeout: 1 h is outside 10 ms to 1 min.")]
    [InlineData("models: { m: { cache_ttl: 1ms, deployments: [{ provider: local, model: m }] } }", "switchboard.yaml:1: models.m.cache_ttl: 1 ms is outside 1 s to 720 h.")]
    [InlineData("limits: { when_unavailable: ignore }", "switchboard.yaml:1: limits.when_unavailable: It must be one of local, refuse, but 'ignore' is written.")]
    [InlineData("guardrails: { name: a }", "switchboard.yaml:1: guardrails: A list is expected here: - { name: keys, check: secrets, action: mask }.")]
    [InlineData("guardrails:\n  - { name: a, check: regex, pattern: '(a' }", "switchboard.yaml:2: guardrails[0].pattern: It is no regular expression, at character 3: InsufficientClosingParentheses.")]
    [InlineData("guardrails:\n  - { name: a, check: regex, pattern: 'a(?=b)' }", "switchboard.yaml:2: guardrails[0].pattern: Lookarounds, backreferences, atomic groups and conditions are not possible: what needs them can take exponential time. A pattern may also not be too large.")]
    [InlineData("guardrails:\n  - { name: a, check: secret }", "switchboard.yaml:2: guardrails[0].check: It must be one of secrets, personal_data, words, regex, length, moderation, json_schema, webhook, but 'secret' is written.")]
    [InlineData("guardrails:\n  - { name: a b, check: secrets }", "switchboard.yaml:2: guardrails[0].name: It is made of letters, digits, '-' and '_', at most 64 of them.")]
    [InlineData("guardrails:\n  - { name: a, check: secrets }\n  - { name: a, check: secrets }", "switchboard.yaml:3: guardrails[1].name: There is another guardrail 'a'.")]
    [InlineData("guardrails: [ { name: a, check: secrets, pattern: x } ]", "switchboard.yaml:1: guardrails[0].pattern: It says nothing to the check secrets; it is for regex.")]
    [InlineData("guardrails: [ { name: a, check: personal_data, kinds: [name] } ]", "switchboard.yaml:1: guardrails[0].kinds: 'name' is none of email, iban, card, ssn, ip_address, phone.")]
    [InlineData("guardrails: [ { name: a, check: words } ]", "switchboard.yaml:1: guardrails[0].words: A list of 1 to 10000 words is needed.")]
    [InlineData("guardrails: [ { name: a, check: length } ]", "switchboard.yaml:1: guardrails[0].max_characters: It is needed: the most characters of all texts together.")]
    [InlineData("guardrails: [ { name: a, check: length, max_characters: 9, action: mask } ]", "switchboard.yaml:1: guardrails[0].action: The check length finds no place that could be masked; refuse and warn are possible.")]
    [InlineData("guardrails: [ { name: a, check: moderation } ]", "switchboard.yaml:1: guardrails[0].model: The model that is asked is needed, such as openai/omni-moderation-latest.")]
    [InlineData("guardrails: [ { name: a, check: moderation, model: m, ask: chat, threshold: 0.5 } ]", "switchboard.yaml:1: guardrails[0].threshold: A chat gives no scores.")]
    [InlineData("guardrails: [ { name: a, check: webhook, url: here } ]", "switchboard.yaml:1: guardrails[0].url: An address is needed, such as https://checks.example.com/texts.")]
    [InlineData("guardrails: [ { name: a, check: webhook, url: 'http://a/b', secret: 'whsec_planted!' } ]", "switchboard.yaml:1: guardrails[0].secret: It is empty, or begins with whsec_ and is not base64 after it.")]
    [InlineData("guardrails: [ { name: a, check: webhook, url: 'http://a/b', timeout: 5m } ]", "switchboard.yaml:1: guardrails[0].timeout: 5 min is outside 10 ms to 2 min.")]
    [InlineData("guardrails: [ { name: a, check: json_schema, on: input } ]", "switchboard.yaml:1: guardrails[0].on: A JSON schema is for answers: output.")]
    [InlineData("guardrails:\n  - name: a\n    check: json_schema\n    schema: '{'", "switchboard.yaml:4: guardrails[0].schema: It is not JSON, at line 1.")]
    [InlineData("aliases: { a: [b] }", "switchboard.yaml:1: aliases.a: The name that it stands for is expected here.")]
    [InlineData("aliases: { a: big-* }", "switchboard.yaml:1: aliases.a: 'big-*' stands for many models; write the name of one.")]
    [InlineData("models:\n  big-*:\n    deployments: [ { provider: local, model: m } ]\n  small:\n    fallbacks: [big-*]\n    deployments: [ { provider: local, model: m } ]", "switchboard.yaml:5: models.small.fallbacks: 'big-*' stands for many models; write the name of one.")]
    [InlineData("aliases: [a]", "switchboard.yaml:1: aliases: Names with settings below are expected here.")]
    [InlineData("models:\n  fast:\n    strategy: best\n    deployments: [ { provider: local, model: m } ]", "switchboard.yaml:3: models.fast.strategy: It must be one of weighted, round_robin, least_busy, least_latency, cheapest, but 'best' is written.")]
    [InlineData("models:\n  fast:\n    hedge_after: soon\n    deployments: [ { provider: local, model: m } ]", "switchboard.yaml:3: models.fast.hedge_after: It must be auto, or a duration such as 500ms or 2s, but 'soon' is written.")]
    [InlineData("models:\n  fast:\n    fallbacks: [slow]\n    deployments: [ { provider: local, model: m } ]", "switchboard.yaml:3: models.fast.fallbacks: 'slow' is neither a name of models nor provider/model with a provider that there is.")]
    [InlineData("models:\n  fast:\n    fallbacks: { a: b }\n    deployments: [ { provider: local, model: m } ]", "switchboard.yaml:3: models.fast.fallbacks: A list of values is expected here: [a, b].")]
    [InlineData("models:\n  fast:\n    deployments: [ { provider: local, model: m, tags: [[a]] } ]", "switchboard.yaml:3: models.fast.deployments[0].tags[0]: One value is expected here.")]
    [InlineData("models:\n  fast:\n    deployments: [ { provider: local, model: m, input_price: free } ]", "switchboard.yaml:3: models.fast.deployments[0].input_price: It must be a number, but 'free' is written.")]
    [InlineData("server: *x", "switchboard.yaml:1: server: Aliases are not supported here; write the value out.")]
    [InlineData("- a", "switchboard.yaml:1: The file must be a mapping: `server:`, `providers:`, `models:`.")]
    [InlineData("server: {}\n---\nserver: {}", "switchboard.yaml:2: The file must hold one document.")]
    public void A_fault_is_one_line_with_place_setting_and_remedy(string yaml, string expected)
    {
        using var folder = new ConfigurationFolder(yaml);

        var loaded = folder.Load();

        Assert.Equal(expected, Assert.Single(loaded.Faults).ToString());
        Assert.False(loaded.IsValid);
    }

    [Theory]
    [InlineData("server:\n  urls: [", 3)]
    [InlineData("server: {", 2)]
    [InlineData("server:\n  urls: \"open", 2)]
    [InlineData("server:\n strict: true\n   max_body_mb: 1", 3)]
    public void Broken_yaml_is_one_line_with_its_place(string yaml, int lastLine)
    {
        using var folder = new ConfigurationFolder(yaml);

        var fault = Assert.Single(folder.Load().Faults).ToString();

        Assert.Matches($@"^switchboard\.yaml:[1-{lastLine}]: This is not valid YAML: \S.* \(column \d+\)\.$", fault);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        using var folder = new ConfigurationFolder("server: { strict: 1, max_body_mb: x }\nproviders: { a: { type: b } }");

        Assert.Equal(3, folder.Load().Faults.Count);
    }

    [Fact]
    public void A_fault_of_a_variable_names_the_variable()
    {
        using var folder = new ConfigurationFolder();

        var faults = folder.Load(("SWITCHBOARD__SERVER__MAX_BODY", "3"), ("PORT", "http")).Faults.Select(fault => fault.ToString());

        Assert.Equal(
        [
            "environment variable PORT: 'http' is no port; a number from 0 to 65535 is.",
            "environment variable SWITCHBOARD__SERVER__MAX_BODY: server.max_body: There is no such setting. Did you mean 'max_body_mb'?",
        ],
        faults);
    }

    [Fact]
    public void A_fault_never_repeats_a_secret()
    {
        using var folder = new ConfigurationFolder("providers: { a: { type: openai, api_key: \"sk secret\" } }", "sk-secret without a name");

        var faults = folder.Load().Faults;

        Assert.Equal(2, faults.Count);
        Assert.DoesNotContain(faults, fault => fault.ToString().Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_named_file_that_is_missing_is_a_fault()
    {
        using var folder = new ConfigurationFolder();

        var loaded = ConfigurationLoader.Load(folder.Sources() with { ConfigFile = "other.yaml" });

        Assert.Equal("other.yaml: There is no such file.", Assert.Single(loaded.Faults).ToString());
    }

    [Fact]
    public void Whatever_stands_in_the_file_loading_does_not_throw()
    {
        var random = new Random(7);
        const string Pieces = "server:providersmodels{}[],:-#'\"\n\n  &*!|>%@`${X}~? \t";
        for (var i = 0; i < 500; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            using var folder = new ConfigurationFolder(text);

            Assert.NotNull(folder.Load());
        }
    }
}
