namespace Switchboard.Server.Configuration;

/// <summary>The layer of variables: <c>SWITCHBOARD__SERVER__MAX_BODY_MB=10</c> is <c>server.max_body_mb: 10</c>.</summary>
internal static class EnvironmentSettings
{
    public const string Prefix = "SWITCHBOARD__";

    /// <summary>Lays the variables over <paramref name="root"/>.</summary>
    public static void Read(IEnumerable<KeyValuePair<string, string>> variables, Func<string, SettingSource> sourceOf, SettingNode root)
    {
        foreach (var (name, value) in variables.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                Set(root, name[Prefix.Length..].Split("__"), value, sourceOf(name));
            }
        }
    }

    private static void Set(SettingNode root, string[] names, string value, SettingSource source)
    {
        var node = root;
        foreach (var name in names)
        {
            node = node.Children.FirstOrDefault(child => MeansSame(child.Name, name)) ?? node.GetOrAdd(name.ToLowerInvariant(), source);
        }

        node.Set(value, source);
    }

    // Shells allow letters, digits and '_' only: GPT_4_1 means the gpt-4.1 that the file has.
    private static bool MeansSame(string written, string variable) =>
        written.Length == variable.Length && written.Zip(variable).All(pair =>
            char.ToLowerInvariant(pair.First) == char.ToLowerInvariant(pair.Second) || (pair.Second == '_' && !char.IsLetterOrDigit(pair.First)));
}
