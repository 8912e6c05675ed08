using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Providers.Gemini;

/// <summary>Google's models in Vertex AI: the same dialect, at the paths of a project, with tokens in place of a key.</summary>
internal static class VertexProvider
{
    private const string Global = "global";

    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services)
    {
        var location = settings.Location ?? Global;
        var root = settings.BaseUrl ?? DefaultBaseUrl(location);
        var tokens = settings.ApiKey is null && settings.CredentialsFile is not null ? new GoogleTokens(name, settings, services.TimeProvider) : null;
        var connection = new UpstreamConnection(name, Below(root, $"projects/{settings.Project}/locations/{location}/publishers/google"), settings)
        {
            Heartbeat = services.Heartbeat,
            Signer = tokens,
        };

        // The list belongs to no project, and stands in another version alone; the project pays for the question.
        var listing = new UpstreamConnection(name, new Uri(root, "/v1beta1"), settings, headers: new KeyValuePair<string, string>("x-goog-user-project", settings.Project ?? ""))
        {
            Signer = tokens,
        };
        var models = new ModelLister(listing, services.TimeProvider) { Path = "publishers/google/models?pageSize=300", Member = "publisherModels", Describe = Describe };
        return new GeminiProvider(connection, models, isVertex: true, services.TimeProvider, services.LoggerFactory.CreateLogger<GeminiProvider>(), listing);
    }

    /// <summary>Where Vertex AI answers for a location; <c>us</c> and <c>eu</c> are several regions together.</summary>
    public static Uri DefaultBaseUrl(string location) => new(location switch
    {
        Global => "https://aiplatform.googleapis.com/v1",
        "us" or "eu" => $"https://aiplatform.{location}.rep.googleapis.com/v1",
        _ => $"https://{location}-aiplatform.googleapis.com/v1",
    });

    private static Uri Below(Uri root, string path) => new($"{root.AbsoluteUri.TrimEnd('/')}/{path}");

    // {"name":"publishers/google/models/gemini-2.5-flash","versionId":"default",…}
    private static ModelDescription? Describe(JsonElement model) =>
        model.Text("name"u8) is { Length: > 0 } name ? new ModelDescription(name[(name.LastIndexOf('/') + 1)..], DateTimeOffset.UnixEpoch, "google") : null;
}
