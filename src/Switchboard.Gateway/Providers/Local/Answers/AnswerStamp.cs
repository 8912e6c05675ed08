using System.Security.Cryptography;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>What every object of an answer repeats.</summary>
/// <param name="Id">The answer's id.</param>
/// <param name="Created">When it was begun, in seconds since 1970.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Fingerprint">The mark of the model's file.</param>
internal sealed record AnswerStamp(string Id, long Created, string Model, string Fingerprint)
{
    /// <summary>A new one.</summary>
    public static AnswerStamp Create(string prefix, DateTimeOffset now, string model, string fingerprint) =>
        new($"{prefix}-{RandomNumberGenerator.GetHexString(29, lowercase: true)}", now.ToUnixTimeSeconds(), model, fingerprint);
}
