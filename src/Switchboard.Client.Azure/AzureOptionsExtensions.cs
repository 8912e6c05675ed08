using Azure.Core;

namespace Switchboard.Client.Azure;

/// <summary>Signs in to Azure OpenAI with Entra in place of a key.</summary>
public static class AzureOptionsExtensions
{
    /// <summary>A copy of the options whose token comes from a credential: <c>new AzureOptions { Endpoint = … }.WithCredential(new DefaultAzureCredential())</c>.</summary>
    /// <remarks>A token is kept and shared by all calls, and renewed once, by one of them, before it runs out.</remarks>
    /// <param name="options">The options.</param>
    /// <param name="credential">The credential.</param>
    /// <param name="scope">What the token is for; null for <see cref="AzureOptions.TokenScope"/>. Other clouds have scopes of their own.</param>
    /// <param name="timeProvider">The clock by which tokens run out; null for the system's.</param>
    public static AzureOptions WithCredential(this AzureOptions options, TokenCredential credential, string? scope = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(credential);
        var tokens = new TokenCache(credential, scope ?? AzureOptions.TokenScope, timeProvider ?? TimeProvider.System);
        return options with { TokenProvider = tokens.GetAsync };
    }
}
