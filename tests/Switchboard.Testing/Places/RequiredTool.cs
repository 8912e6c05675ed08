namespace Switchboard.Testing.Places;

/// <summary>A program a test needs (node, redis-server …): missing, it is a named skip on a developer's machine and an error under CI.</summary>
public static class RequiredTool
{
    private static bool UnderCI => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    /// <summary>The reason to skip, or null when the tool is here.</summary>
    /// <exception cref="FileNotFoundException">The tool is missing and <c>CI=true</c>.</exception>
    public static string? SkipReason(string name) => SkipReason(name, UnderCI);

    /// <summary>The reason to skip, or null when the tool is here; missing, it is an error where tools are required.</summary>
    /// <exception cref="FileNotFoundException">The tool is missing and required.</exception>
    public static string? SkipReason(string name, bool required)
    {
        if (Find(name) is not null)
        {
            return null;
        }

        var reason = $"The tool {name} is not on the PATH.";
        return required ? throw new FileNotFoundException(reason) : reason;
    }

    /// <summary>The reason, to skip with; under CI an error.</summary>
    /// <exception cref="FileNotFoundException"><c>CI=true</c>.</exception>
    public static string Missing(string reason) => UnderCI ? throw new FileNotFoundException(reason) : reason;

    /// <summary>The tool's full path, or null.</summary>
    public static string? Find(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] names = OperatingSystem.IsWindows() ? [$"{name}.exe", $"{name}.cmd"] : [name];
        return folders.SelectMany(folder => names.Select(file => Path.Combine(folder, file))).FirstOrDefault(File.Exists);
    }
}
