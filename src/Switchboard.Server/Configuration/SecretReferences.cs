using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration;

/// <summary><c>${secret:NAME}</c>: stands for a secret that the records keep encrypted. Only where a provider has a key, and only alone.</summary>
internal static class SecretReferences
{
    private const string Opening = "${secret:";

    /// <summary>A secret as it is written, or what stands for one.</summary>
    public static Secret Read(string text) => IsReference(text) ? Secret.Kept(text[Opening.Length..^1]) : new Secret(text);

    /// <summary>Refuses them wherever they stand for nothing.</summary>
    public static void RefuseElsewhere(SettingNode root, ICollection<SettingFault> faults)
    {
        var allowed = (root.Find(SettingCatalog.Providers)?.Children ?? [])
            .SelectMany(provider => provider.Children.Where(setting => SettingCatalog.ProviderSecrets.Contains(setting.Name)))
            .ToHashSet();
        foreach (var node in Below(root))
        {
            if (node.Value?.Contains(Opening, StringComparison.Ordinal) != true || (allowed.Contains(node) && IsReference(node.Value)))
            {
                continue;
            }

            faults.Add(new SettingFault(node.Source?.ToString(), node.Path, allowed.Contains(node)
                ? "A kept secret stands alone: ${secret:NAME}, with nothing before or behind it."
                : $"Kept secrets can only be keys of providers ({string.Join(", ", SettingCatalog.ProviderSecrets)}). Write a variable, ${{NAME}}."));
        }
    }

    private static bool IsReference(string text) =>
        text.StartsWith(Opening, StringComparison.Ordinal) && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1;

    private static IEnumerable<SettingNode> Below(SettingNode node) => node.Children.SelectMany(child => Below(child).Prepend(child));
}
