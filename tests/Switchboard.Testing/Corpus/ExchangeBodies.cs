using Switchboard.Testing.Recordings;

namespace Switchboard.Testing.Corpus;

/// <summary>Bodies of recorded exchanges: the host tells the set, method and path tell the operation.</summary>
internal sealed class ExchangeBodies(BodyCollector collector)
{
    // Each with what its paths have before OpenAI's.
    private static readonly Dictionary<string, (BodySet Set, string Prefix)> s_hosts = new(StringComparer.Ordinal)
    {
        ["api.openai.com"] = (BodySet.OpenAI, "/v1"),
        ["api.deepseek.com"] = (BodySet.Compatible, ""),
        ["api.mistral.ai"] = (BodySet.Compatible, "/v1"),
        ["api.perplexity.ai"] = (BodySet.Compatible, ""),
        ["api.x.ai"] = (BodySet.Compatible, "/v1"),
        ["bedrock-mantle.recorded.api.aws"] = (BodySet.Compatible, "/v1"),
        ["ollama.com"] = (BodySet.Compatible, "/v1"),
        ["openrouter.ai"] = (BodySet.Compatible, "/api/v1"),

        // What stands for an address that the recording kept secret: gpustack and a local ollama.
        ["recorded.invalid"] = (BodySet.Compatible, "/v1"),
    };

    private static readonly string[] s_otherDialects =
    [
        "api.anthropic.com", "api.cohere.com", "api.deepgram.com", "googleapis.com", "amazonaws.com",
        "httpbin.org", "imgen.x.ai", "pdfobject.com",
    ];

    // Paths that are a provider's own and that no operation of OpenAI's has.
    private static readonly string[] s_ownPaths = ["/batch/jobs", "/ocr", "/rerank", "/stt", "/tts", "/images", "/videos/generations", "/requests", "/results"];

    private readonly OperationPaths _paths = OperationPaths.Read();

    /// <summary>The sessions of openai-dotnet.</summary>
    public void AddSessions()
    {
        foreach (var (file, source) in BodyCollector.Files("recordings").Where(pair => pair.Source.EndsWith(".json", StringComparison.Ordinal)))
        {
            Add(source, Recording.FromSession(file));
        }
    }

    /// <summary>The cassettes of ruby_llm.</summary>
    public void AddCassettes()
    {
        foreach (var (file, source) in BodyCollector.Files("fixtures", "crmne+ruby_llm"))
        {
            Add(source, Recording.FromCassette(file));
        }
    }

    private void Add(string source, Recording recording)
    {
        foreach (var (index, exchange) in recording.Exchanges.Index())
        {
            Add($"{source}[{index}]", exchange);
        }
    }

    private void Add(string source, RecordedExchange exchange)
    {
        if (Place(exchange.Uri) is not var (set, path))
        {
            collector.Skip(source, s_otherDialects.Any(host => exchange.Uri.Host.EndsWith(host, StringComparison.Ordinal)) ? "another dialect" : SkippedBody.Unclassified);
        }
        else if (_paths.Find(exchange.Method, path) is { } operation)
        {
            collector.AddExchange(set, source, operation, exchange);
        }
        else
        {
            collector.Skip(source, set == BodySet.Compatible && s_ownPaths.Any(own => path.Contains(own, StringComparison.Ordinal)) ? "an endpoint of the provider's own" : SkippedBody.Unclassified);
        }
    }

    private static (BodySet Set, string Path)? Place(Uri uri)
    {
        if (uri.Host.EndsWith(".services.ai.azure.com", StringComparison.Ordinal))
        {
            // Azure serves OpenAI's own API below /openai/v1 and a common API of all its models below /models.
            return Below(uri, "/openai/v1") is { } path ? (BodySet.Azure, path) : Below(uri, "/models") is { } common ? (BodySet.Compatible, common) : null;
        }

        return s_hosts.TryGetValue(uri.Host, out var host) ? (host.Set, Below(uri, host.Prefix) ?? Below(uri, "/v1") ?? uri.AbsolutePath) : null;
    }

    private static string? Below(Uri uri, string prefix) =>
        prefix.Length > 0 && uri.AbsolutePath.StartsWith(prefix + "/", StringComparison.Ordinal) ? uri.AbsolutePath[prefix.Length..] : null;
}
