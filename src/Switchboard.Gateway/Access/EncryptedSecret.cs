namespace Switchboard.Gateway.Access;

/// <summary>A secret, such as a provider's key, that cannot be read without the encryption key.</summary>
/// <param name="Name">What <c>${secret:NAME}</c> in the configuration calls it.</param>
/// <param name="Nonce">What makes each encryption another.</param>
/// <param name="Ciphertext">The secret with its seal.</param>
/// <param name="KeyVersion">Which encryption key it was encrypted with.</param>
public sealed record EncryptedSecret(string Name, ReadOnlyMemory<byte> Nonce, ReadOnlyMemory<byte> Ciphertext, long KeyVersion)
{
    /// <summary>When it was put. Set by who keeps it.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>True for what is no more; only seen among changes.</summary>
    public bool IsDeleted { get; init; }
}
