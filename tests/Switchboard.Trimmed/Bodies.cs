namespace Switchboard.Trimmed;

/// <summary>The bodies inside the program's file.</summary>
internal static class Bodies
{
    /// <summary>The body of a group, as it stands in the repository.</summary>
    /// <exception cref="FileNotFoundException">The group has none.</exception>
    public static byte[] Read(string group)
    {
        using var resource = typeof(Bodies).Assembly.GetManifestResourceStream($"{group}.json")
            ?? throw new FileNotFoundException("There is no such body.", $"{group}.json");
        var body = new byte[resource.Length];
        resource.ReadExactly(body);
        return body;
    }
}
