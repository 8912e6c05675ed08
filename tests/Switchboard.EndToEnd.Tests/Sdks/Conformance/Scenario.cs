using System.Text.Json.Nodes;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>A call that every client makes twice: of the provider, and of the gateway before it.</summary>
/// <param name="Name">As the table has it.</param>
/// <param name="Call">What is called.</param>
/// <param name="Replay">What is asked, and what the provider answers in turn; skips the test where its recording is absent.</param>
/// <param name="Told">How what is seen through the gateway compares.</param>
internal sealed record Scenario(string Name, Call Call, Func<Replayed> Replay, Told Told)
{
    /// <summary>How often the client may try again.</summary>
    public int MaxRetries { get; init; }

    /// <summary>Whether the gateway asks the provider the same, byte by byte; else it asks nothing.</summary>
    public bool IsRelayed { get; init; } = true;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A request in the API's own words, and the provider's answers in turn.</summary>
internal sealed record Replayed(JsonObject Request, params IReadOnlyList<UpstreamAnswer> Answers);

/// <summary>One of the two runs of a scenario.</summary>
internal sealed record Run(Uri BaseUrl, Call Call, JsonObject Request, int MaxRetries);
