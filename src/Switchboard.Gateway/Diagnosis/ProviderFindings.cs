using System.Globalization;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Relay;

namespace Switchboard.Gateway.Diagnosis;

/// <summary>What a provider's answer to the question for its models says of its address, its key and itself.</summary>
internal static class ProviderFindings
{
    public static IEnumerable<Finding> Of(string name, ProviderSettings settings, ModelListing listing)
    {
        var subject = $"providers.{name}";
        if (settings is { ApiKey: null, KeyVariable: { } variable })
        {
            yield return new(Verdict.Fail, subject, $"It has no key. Set {variable}, or {subject}.api_key.");
        }

        yield return listing.Error is { } error ? Fault(subject, settings, error) : Sound(subject, settings, listing.Models.Count);
    }

    public static Finding OfMissing(MissingSecret missing) =>
        new(Verdict.Fail, missing.Setting, $"It has no key: the secret '{missing.Name}' {missing.Reason}. {missing.Remedy}");

    private static Finding Sound(string subject, ProviderSettings settings, int models) => settings switch
    {
        { ListsModels: false } => new(Verdict.Warn, subject, $"{settings} cannot be asked for its models, so neither address nor key could be tried. 'switchboard doctor --call' tries them with the models that models: names."),
        _ when models == 0 => new(Verdict.Warn, subject, $"{settings} answers, but lists no models. Names of its models must be written as provider/model or in models:."),
        _ => new(Verdict.Ok, subject, string.Create(CultureInfo.InvariantCulture, $"{settings} answers and lists {models} {(models == 1 ? "model" : "models")}.")),
    };

    private static Finding Fault(string subject, ProviderSettings settings, GatewayError error) => new(
        error.Status == 429 ? Verdict.Warn : Verdict.Fail,
        subject,
        $"{error.Body.Message}{Remedy(subject, settings, error)}");

    private static string Remedy(string subject, ProviderSettings settings, GatewayError error) => (error.Status, error.Body.Code) switch
    {
        // The message itself says which setting to look at.
        (401 or 403, _) => "",
        (404, _) => $" There is no list of models at {Shown(settings)}/models: {subject}.base_url must go up to and with the version, such as https://host/v1.",
        (_, UpstreamFaults.Unreachable) => Unreachable(subject, settings, error),
        (_, UpstreamFaults.InvalidResponse) => $" {subject}.base_url seems to lead to something that is no server of this API.",
        (504, _) => $" The server at {Shown(settings)} may be starting, overloaded or behind a firewall that drops what it does not let in.",
        (429, _) => " The key works; it is out of its limits now.",
        _ => "",
    };

    private static string Unreachable(string subject, ProviderSettings settings, GatewayError error) =>
        error.Body.Message.Contains("TLS", StringComparison.Ordinal)
            ? $" Does the server at {Shown(settings)} speak https, with a certificate that this machine trusts for that name? A server without TLS needs http:// in {subject}.base_url."
        : error.Body.Message.Contains("refused", StringComparison.Ordinal)
            ? $" Nothing listens at {Shown(settings)}: start the server, or correct {subject}.base_url."
        : $" Check {subject}.base_url ({Shown(settings)}) and the way there: DNS, proxy, firewall.";

    // Without a user, which the rules refuse anyway.
    private static string Shown(ProviderSettings settings) =>
        settings.Address is { } url ? url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/') : settings.Type;
}
