using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Relay;

namespace Switchboard.Gateway.Providers.Azure;

/// <summary>Tokens of Entra for an application (OAuth 2.0, client credentials).</summary>
internal sealed class EntraTokens(string provider, ProviderSettings settings, TimeProvider time) : RenewedTokens(provider, settings, time)
{
    private const string UsualAuthority = "https://login.microsoftonline.com";

    private readonly Uri _address = new($"{settings.Authority?.AbsoluteUri.TrimEnd('/') ?? UsualAuthority}/{Uri.EscapeDataString(settings.TenantId ?? "")}/oauth2/v2.0/token");
    private readonly KeyValuePair<string, string?>[] _form =
    [
        new("grant_type", "client_credentials"),
        new("client_id", settings.ClientId),
        new("client_secret", settings.ClientSecret?.Reveal()),
        new("scope", $"https://cognitiveservices.azure.{CloudOf(settings.Endpoint)}/.default"),
    ];

    /// <inheritdoc/>
    protected override string Service => "Entra";

    /// <inheritdoc/>
    protected override string PlaceSetting => "authority";

    /// <inheritdoc/>
    protected override string SecretSettings => "tenant_id, client_id and client_secret";

    /// <inheritdoc/>
    protected override ValueTask<(Uri Address, IEnumerable<KeyValuePair<string, string?>> Form)> WriteAsync(CancellationToken cancellationToken) => new((_address, _form));

    // The clouds of governments and of China have names of their own.
    private static string CloudOf(Uri? endpoint) =>
        endpoint?.Host.EndsWith(".azure.us", StringComparison.OrdinalIgnoreCase) == true ? "us"
        : endpoint?.Host.EndsWith(".azure.cn", StringComparison.OrdinalIgnoreCase) == true ? "cn"
        : "com";
}
