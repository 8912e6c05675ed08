namespace Switchboard.Testing.Places;

/// <summary>The folder of <c>Switchboard.slnx</c>, found upward from where the tests run.</summary>
public static class RepositoryRoot
{
    /// <summary>The root's full path.</summary>
    public static string FullPath { get; } = Find(AppContext.BaseDirectory);

    /// <summary>A path below the root.</summary>
    public static string Combine(params ReadOnlySpan<string> parts) => Path.Combine([FullPath, .. parts]);

    /// <summary>The nearest folder, from the given one upward, that holds the solution.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Switchboard.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder from {start} upward holds Switchboard.slnx.");
    }
}
