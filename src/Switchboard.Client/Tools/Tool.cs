using Switchboard.Protocol.Json;

namespace Switchboard.Client.Tools;

/// <summary>A tool as it is offered to the model, and what runs its calls.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it does, for the model; null or empty without.</param>
/// <param name="Handler">Runs a call: its input, the result's text.</param>
internal sealed record Tool(string Name, string? Description, Func<string, CancellationToken, ValueTask<string>> Handler)
{
    /// <summary>The schema of the arguments; null of a custom tool.</summary>
    public RawJson? Parameters { get; init; }

    /// <summary>The model is held to the schema.</summary>
    public bool IsStrict { get; init; }

    /// <summary>The input is text.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Somebody has to agree to each call.</summary>
    public bool NeedsApproval { get; init; }
}
