namespace Switchboard.Testing.Processes;

/// <summary>How a test wants its gateway.</summary>
public sealed record GatewayProcessOptions
{
    /// <summary>The text of <c>switchboard.yaml</c>; null starts without a file.</summary>
    public string? Configuration { get; init; }

    /// <summary>Arguments after <c>serve --port 0 [--config FILE]</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables over the cleared environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
