namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>A client program of the suite.</summary>
internal interface IConformanceClient : IAsyncDisposable
{
    /// <summary>As the table has it.</summary>
    string Name { get; }

    /// <summary>Why it cannot run here, or null.</summary>
    string? SkipReason { get; }

    /// <summary>What it does not do, and why: the names of calls and of scenarios.</summary>
    IReadOnlyDictionary<string, string> Lacks { get; }

    /// <summary>Makes the call and gives what it saw; one that leaves gives what came before.</summary>
    Task<Seen> RunAsync(Run run, CancellationToken cancellationToken);
}
