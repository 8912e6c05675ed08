namespace Switchboard.Server.Configuration.Discovery;

/// <summary>A server of models as it is found on this machine.</summary>
/// <param name="Type">Its kind, and the name that its provider gets.</param>
/// <param name="Port">The loopback port that it has by default.</param>
/// <param name="Path">What it is asked for.</param>
/// <param name="Owner">Who owns its models by its own word, which tells it from another server on the same port; null where the answer's shape is enough.</param>
internal sealed record KnownServer(string Type, int Port, string Path, string? Owner)
{
    /// <summary>The member that holds the models where the server has a list of its own shape.</summary>
    public const string OfOllama = "models";

    /// <summary>The member of the answer that holds the models.</summary>
    public string List => Path == "/api/tags" ? OfOllama : "data";

    /// <summary>Every server that is looked for.</summary>
    public static IReadOnlyList<KnownServer> All { get; } =
    [
        new("ollama", 11434, "/api/tags", null),
        new("lmstudio", 1234, "/v1/models", null),
        new("vllm", 8000, "/v1/models", "vllm"),
        new("llamacpp", 8080, "/v1/models", "llamacpp"),
    ];
}
