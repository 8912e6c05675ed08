using System.Globalization;

namespace Switchboard.Server.Configuration.Import;

/// <summary>Redis, and the cache of answers.</summary>
internal sealed class LiteLlmStores(LiteLlmSettings settings, LiteLlmValues values, ImportNotes notes)
{
    private const string Params = "litellm_settings.cache_params";

    /// <summary>Writes <c>storage.shared</c> and <c>cache</c>.</summary>
    public void Read(ImportedGroup root)
    {
        SetRedis(root, "router_settings.redis_", settings.OfRouter("redis_url"), settings.OfRouter("redis_host"), settings.OfRouter("redis_port"), settings.OfRouter("redis_password"), settings.OfRouter("redis_db"), null);
        var isOn = LiteLlmValues.Flag(settings.OfLibrary("cache"));
        if (settings.OfLibrary("cache_params") is not { } cache)
        {
            SetEnabled(root, isOn, "redis", null);
            return;
        }

        var kind = cache.Take("type")?.Text ?? "redis";
        SetEnabled(root, isOn, kind, cache);
        SetRedis(root, $"{Params}.", cache.TakeAny("url", "redis_url"), cache.Take("host"), cache.Take("port"), cache.Take("password"), cache.Take("db"), cache.Take("ssl"));
        SetLife(root, cache);
        SetSemantic(root, cache, kind);
        TellRest(cache);
    }

    private void SetEnabled(ImportedGroup root, bool? isOn, string kind, ImportNode? cache)
    {
        if (isOn != true)
        {
            return;
        }

        root.Group("cache")["enabled"] = true;
        var at = cache ?? new ImportNode(1);
        notes.Tell("litellm_settings.cache", at, "LiteLLM gives kept answers to everybody; here they belong to the project of a key, or to the key. cache.scope: shared is as it was.");
        if (kind is "s3" or "gcs" or "disk" or "azure-blob")
        {
            notes.Lose($"{Params}.type", at, $"answers are not kept in '{kind}': they are in the memory of the process, or in Redis where storage.shared is set.");
        }
        else if (kind is "redis" or "redis-semantic" && cache is null or { Members.Count: <= 2 })
        {
            notes.Read("REDIS_URL", "where Redis is, in place of REDIS_HOST, REDIS_PORT and REDIS_PASSWORD: redis://:password@host:6379; without it answers are kept in the memory of each process");
        }
    }

    private void SetRedis(ImportedGroup root, string path, ImportNode? url, ImportNode? host, ImportNode? port, ImportNode? password, ImportNode? database, ImportNode? tls)
    {
        if (root.Group("storage")["shared"] is not null || (url ?? host) is null)
        {
            return;
        }

        if (url is not null)
        {
            root.Group("storage")["shared"] = values.Secret(url, "REDIS_URL", $"{path}url");
            return;
        }

        var secret = password is null ? null : values.Secret(password, "REDIS_PASSWORD", $"{path}password");
        if (secret is not null)
        {
            notes.Tell($"{path}password", password!, "it is a part of a URL now: write signs such as @, / and : in it as %40, %2F and %3A.");
        }

        var scheme = LiteLlmValues.Flag(tls) == true ? "rediss" : "redis";
        var number = values.Integer(database, $"{path}db", 0, 65_535);
        root.Group("storage")["shared"] = string.Create(
            CultureInfo.InvariantCulture,
            $"{scheme}://{(secret is null ? "" : $":{secret}@")}{values.Text(host!, $"{path}host")}{(port is null ? "" : $":{values.Text(port, $"{path}port")}")}{(number is null ? "" : $"/{number}")}");
    }

    private void SetLife(ImportedGroup root, ImportNode cache)
    {
        if (values.Seconds(cache.Take("ttl"), $"{Params}.ttl", TimeSpan.FromSeconds(1), TimeSpan.FromDays(30)) is { } life)
        {
            root.Group("cache")["ttl"] = life;
        }
    }

    private void SetSemantic(ImportedGroup root, ImportNode cache, string kind)
    {
        var model = cache.TakeAny("redis_semantic_cache_embedding_model", "qdrant_semantic_cache_embedding_model");
        var threshold = cache.Take("similarity_threshold");
        if (!kind.EndsWith("-semantic", StringComparison.Ordinal))
        {
            return;
        }

        if (model?.Text is not { } name)
        {
            notes.Lose($"{Params}.type", cache, "questions that mean the same need a model that makes vectors: cache.semantic.model.");
            return;
        }

        var semantic = root.Group("cache").Group("semantic");
        semantic["model"] = name;
        if (values.Number(threshold, $"{Params}.similarity_threshold") is { } least)
        {
            semantic["threshold"] = Math.Clamp(least, 0.5m, 1m);
        }
    }

    private void TellRest(ImportNode cache)
    {
        foreach (var (name, value) in cache.Untaken)
        {
            notes.Lose($"{Params}.{name}", value, name switch
            {
                "mode" => "answers of all callers are kept where cache.enabled is set; callers leave it out with Cache-Control: no-cache.",
                "namespace" => "keys in Redis begin with switchboard:; another beginning is ?prefix= behind the URL of storage.shared.",
                "supported_call_types" => "which operations are kept is told in docs/caching.md; cache.models names models.",
                _ => "there is no setting like it; storage.shared says where Redis is.",
            });
        }
    }
}
