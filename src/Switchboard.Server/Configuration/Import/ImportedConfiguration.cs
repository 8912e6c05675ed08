namespace Switchboard.Server.Configuration.Import;

/// <summary>Somebody else's configuration as one of ours.</summary>
/// <param name="Yaml">The file, with what has to be known of the conversion as comments at its head.</param>
/// <param name="Notes">What could not be carried over as it was, what is lost first.</param>
/// <param name="Variables">The environment variables that it reads, each with what it is.</param>
public sealed record ImportedConfiguration(string Yaml, IReadOnlyList<ImportNote> Notes, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>How many names of models it has.</summary>
    public required int Models { get; init; }

    /// <summary>How many deployments these have.</summary>
    public required int Deployments { get; init; }

    /// <summary>How many providers these are at.</summary>
    public required int Providers { get; init; }
}
