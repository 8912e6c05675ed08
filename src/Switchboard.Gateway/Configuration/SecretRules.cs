using System.Text.RegularExpressions;

namespace Switchboard.Gateway.Configuration;

/// <summary>What secrets may be that are sent to providers, and what those may be called that the records keep.</summary>
public static partial class SecretRules
{
    /// <summary>The longest that is kept, in characters.</summary>
    public const int Longest = 16_384;

    private const string Unsendable = "It holds a blank, a line end or a character beyond ASCII, which no header can carry.";

    /// <summary>What is wrong with the name of a secret; null for nothing.</summary>
    public static string? FaultOfName(string name) =>
        Name().IsMatch(name) ? null : "The name of a secret is made of letters, digits, '.', '_' and '-', begins with a letter or digit, and has at most 128 characters.";

    /// <summary>What is wrong with a secret that is to be kept, without repeating it; null for nothing.</summary>
    public static string? FaultOfValue(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length == 0 ? "It is empty."
            : value.Length > Longest ? $"It is longer than {Longest} characters."
            : IsSendable(value) ? null
            : Unsendable;
    }

    /// <summary>The password in an address, as it is written and as it is; none where it is no address or has none.</summary>
    internal static IEnumerable<string> PasswordsOf(Secret? address)
    {
        var signIn = Uri.TryCreate(address?.Reveal(), UriKind.Absolute, out var url) ? url.UserInfo.Split(':', 2) : [];
        return signIn.Length < 2 ? [] : [signIn[1], Uri.UnescapeDataString(signIn[1])];
    }

    /// <summary>Checks the secrets of a provider.</summary>
    internal static void Check(string path, ProviderSettings provider, StorageSettings storage, List<ConfigurationFault> faults)
    {
        foreach (var (setting, secret) in provider.SecretsBySetting)
        {
            if (secret.KeptName is { } name)
            {
                CheckKept($"{path}.{setting}", name, storage, faults);
            }
            else if (setting != "client_secret")
            {
                // That of an application goes in a body, and belongs to other settings.
                CheckOwn($"{path}.{setting}", secret.Reveal(), faults);
            }
        }
    }

    private static void CheckOwn(string path, string secret, List<ConfigurationFault> faults)
    {
        if (secret.Length == 0)
        {
            faults.Add(new(path, "It is empty; leave it out if the provider asks for no key."));
        }
        else if (!IsSendable(secret))
        {
            faults.Add(new(path, Unsendable));
        }
    }

    private static void CheckKept(string path, string name, StorageSettings storage, List<ConfigurationFault> faults)
    {
        if (FaultOfName(name) is { } fault)
        {
            faults.Add(new(path, fault));
        }
        else if (storage.EncryptionKey is null)
        {
            faults.Add(new(path, "It stands for a secret that is kept encrypted: set storage.encryption_key."));
        }
    }

    private static bool IsSendable(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex Name();
}
