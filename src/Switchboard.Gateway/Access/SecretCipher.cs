using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Access;

/// <summary>
/// Encrypts secrets with <c>storage.encryption_key</c> (AES-256-GCM). A secret is sealed with its name, so that one cannot
/// be put in another's place.
/// </summary>
public sealed class SecretCipher : IDisposable
{
    private const int TagSize = 16;
    private const int NonceSize = 12;

    // One at a time: it is not made for several threads.
    private readonly Lock _turn = new();
    private readonly AesGcm _aes;

    /// <param name="key">The encryption key, any text.</param>
    public SecretCipher(Secret key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var text = Encoding.UTF8.GetBytes(key.Reveal());
        _aes = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, text, 32, info: "switchboard secrets"u8.ToArray()), TagSize);
        KeyVersion = BinaryPrimitives.ReadUInt32BigEndian(HKDF.DeriveKey(HashAlgorithmName.SHA256, text, 4, info: "switchboard key version"u8.ToArray()));
    }

    /// <summary>A number that tells this key from others and says nothing about it.</summary>
    public long KeyVersion { get; }

    /// <summary>Encrypts.</summary>
    public EncryptedSecret Encrypt(string name, Secret value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var nonce = RandomNumberGenerator.GetBytes(NonceSize);
        var text = Encoding.UTF8.GetBytes(value.Reveal());
        var sealed_ = new byte[text.Length + TagSize];
        lock (_turn)
        {
            _aes.Encrypt(nonce, text, sealed_.AsSpan(0, text.Length), sealed_.AsSpan(text.Length), Encoding.UTF8.GetBytes(name));
        }

        return new EncryptedSecret(name, nonce, sealed_, KeyVersion);
    }

    /// <summary>Decrypts; null for what was encrypted with another key, or was changed since.</summary>
    public Secret? Decrypt(EncryptedSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.KeyVersion != KeyVersion || secret.Nonce.Length != NonceSize || secret.Ciphertext.Length < TagSize)
        {
            return null;
        }

        var text = new byte[secret.Ciphertext.Length - TagSize];
        try
        {
            lock (_turn)
            {
                _aes.Decrypt(secret.Nonce.Span, secret.Ciphertext.Span[..text.Length], secret.Ciphertext.Span[text.Length..], text, Encoding.UTF8.GetBytes(secret.Name));
            }

            return new Secret(Encoding.UTF8.GetString(text));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _aes.Dispose();
}
