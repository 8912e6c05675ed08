using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Access;

/// <summary>
/// The secrets that the records keep, in memory and still encrypted: they are decrypted where a provider is made that
/// needs them. Safe to use from several threads.
/// </summary>
/// <param name="encryptionKey">Encrypts and decrypts; null where none is set, and none can be had.</param>
/// <param name="formerKey">Decrypts what was encrypted before; null for none.</param>
public sealed class KeptSecrets(Secret? encryptionKey = null, Secret? formerKey = null) : IDisposable
{
    private readonly SecretCipher? _cipher = encryptionKey is null ? null : new SecretCipher(encryptionKey);
    private readonly SecretCipher? _former = formerKey is null ? null : new SecretCipher(formerKey);
    private IReadOnlyDictionary<string, EncryptedSecret>? _secrets;

    /// <summary>Whether secrets can be put: there is an encryption key.</summary>
    public bool CanEncrypt => _cipher is not null;

    /// <summary>Takes over what the records hold, or what has changed in them since. One after the other.</summary>
    /// <returns>Whether it may matter to a provider.</returns>
    public bool Take(IReadOnlyList<EncryptedSecret> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        var known = Volatile.Read(ref _secrets);
        if (known is not null && changed.Count == 0)
        {
            return false;
        }

        var secrets = new Dictionary<string, EncryptedSecret>(known ?? new Dictionary<string, EncryptedSecret>(), StringComparer.Ordinal);
        foreach (var secret in changed)
        {
            if (secret.IsDeleted)
            {
                secrets.Remove(secret.Name);
            }
            else
            {
                secrets[secret.Name] = secret;
            }
        }

        Volatile.Write(ref _secrets, secrets);
        return true;
    }

    /// <summary>Encrypts a secret to be kept.</summary>
    /// <exception cref="InvalidOperationException">There is no encryption key.</exception>
    public EncryptedSecret Encrypt(string name, Secret value) =>
        (_cipher ?? throw new InvalidOperationException("Without storage.encryption_key nothing is encrypted.")).Encrypt(name, value);

    /// <summary>Decrypts one; null for what no key here fits.</summary>
    public Secret? Decrypt(EncryptedSecret secret) => _cipher?.Decrypt(secret) ?? _former?.Decrypt(secret);

    /// <summary>What a provider's settings are with the secrets in the place of what stands for them.</summary>
    internal ResolvedSettings Resolve(string provider, ProviderSettings settings)
    {
        var missing = new List<MissingSecret>();
        var resolved = settings.WithSecrets((secret, setting) =>
        {
            if (secret.KeptName is not { } name)
            {
                return secret;
            }

            var fault = Find(name, out var found);
            if (fault != SecretFault.None)
            {
                missing.Add(new MissingSecret($"providers.{provider}.{setting}", name, fault));
            }

            return found ?? secret;
        });
        return new ResolvedSettings(resolved, missing);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cipher?.Dispose();
        _former?.Dispose();
    }

    private SecretFault Find(string name, out Secret? value)
    {
        value = null;
        if (Volatile.Read(ref _secrets) is not { } secrets)
        {
            return SecretFault.NotRead;
        }

        if (!secrets.TryGetValue(name, out var kept))
        {
            return SecretFault.NotKept;
        }

        if (Decrypt(kept) is not { } decrypted)
        {
            return SecretFault.Unreadable;
        }

        if (SecretRules.FaultOfValue(decrypted.Reveal()) is not null)
        {
            return SecretFault.Unfit;
        }

        value = decrypted;
        return SecretFault.None;
    }
}
