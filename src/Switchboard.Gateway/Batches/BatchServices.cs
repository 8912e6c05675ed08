using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Files;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Batches;

/// <summary>What batches need.</summary>
/// <param name="Records">Where they are kept.</param>
/// <param name="Files">Where their lines come from, and their answers go to.</param>
/// <param name="Contents">Where their journals are.</param>
/// <param name="Calls">Runs their requests.</param>
/// <param name="Settings">How they are run.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">Told of what operators want to know.</param>
public sealed record BatchServices(IBatchRecords Records, FileStore Files, IFileContents Contents, IBatchCalls Calls, BatchSettings Settings, TimeProvider Time, ILogger Logger)
{
    /// <summary>How long a batch is a gateway's that says nothing more. Default 15 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the counts are written, and the end is looked for that an owner asks for. Default 1 s.</summary>
    public TimeSpan Pulse { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long running lines may go on once no further ones begin. Default 30 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before the second attempt; each further one is twice as long, up to a minute. Default 1 s.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);
}
