namespace Switchboard.Gateway.Access;

/// <summary>A setting of a provider whose secret cannot be had.</summary>
/// <param name="Setting">The setting's path, such as <c>providers.openai.api_key</c>.</param>
/// <param name="Name">The secret's name.</param>
/// <param name="Fault">Why.</param>
public sealed record MissingSecret(string Setting, string Name, SecretFault Fault)
{
    /// <summary>Why, in words that go on from "the secret".</summary>
    public string Reason => Fault switch
    {
        SecretFault.NotRead => "could not be read from the records yet",
        SecretFault.NotKept => "is not kept",
        SecretFault.Unreadable => "cannot be decrypted with storage.encryption_key",
        _ => "holds what cannot be sent",
    };

    /// <summary>What mends it.</summary>
    public string Remedy => Fault switch
    {
        SecretFault.NotRead => "See that the database of storage.records answers.",
        SecretFault.Unreadable => $"Set the encryption_key (or former_encryption_key) that it was put with, or put it again: switchboard secrets set {Name}.",
        _ => $"Put it: switchboard secrets set {Name}.",
    };
}
