namespace Switchboard.Testing.Places;

/// <summary>The reference folder beside the repository: recordings and fixtures. It is not part of the repository and may be absent.</summary>
public static class SharedFolder
{
    /// <summary>The folder's full path, or null where it is absent.</summary>
    public static string? FullPath { get; } = Find(RepositoryRoot.FullPath);

    /// <summary>Why a test that reads the folder must be skipped, or null when it may run.</summary>
    public static string? SkipReason => FullPath is null ? "The folder ../shared with the recorded traffic is not here." : null;

    /// <summary>A path below the folder.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder is absent.</exception>
    public static string Combine(params ReadOnlySpan<string> parts) =>
        FullPath is { } folder ? Path.Combine([folder, .. parts]) : throw new DirectoryNotFoundException(SkipReason);

    /// <summary>The shared folder beside the given root, or null.</summary>
    public static string? Find(string root)
    {
        var folder = Path.GetFullPath(Path.Combine(root, "..", "shared"));
        return Directory.Exists(folder) ? folder : null;
    }
}
