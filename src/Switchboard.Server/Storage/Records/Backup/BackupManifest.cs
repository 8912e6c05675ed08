using System.Text.Json.Serialization;

namespace Switchboard.Server.Storage.Records.Backup;

/// <summary>What is in a backup. It is its last entry: one that has it is whole.</summary>
/// <param name="Format">The number of the form that it has.</param>
/// <param name="Version">The program that wrote it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="Schema">The steps of the schema that the rows are of.</param>
/// <param name="Entries">The other entries, in their order.</param>
internal sealed record BackupManifest(int Format, string Version, DateTimeOffset CreatedAt, IReadOnlyList<BackupStep> Schema, IReadOnlyList<BackupEntry> Entries)
{
    /// <summary>The form that is written, and the last one that is read.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Its name in the archive.</summary>
    public const string Name = "manifest.json";
}

/// <summary>A step of the schema.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Checksum">What tells its script from another.</param>
internal sealed record BackupStep(string Name, string Checksum);

/// <summary>An entry of a backup.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Sha256">Of its content.</param>
/// <param name="Rows">How many rows it has; null for a file.</param>
internal sealed record BackupEntry(string Name, string Sha256, long? Rows);

/// <summary>How a manifest is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
