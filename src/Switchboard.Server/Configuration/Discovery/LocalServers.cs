using System.Net.Sockets;
using System.Text.Json;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration.Discovery;

/// <summary>
/// Finds servers of models on the loopback ports that they have by default. All are asked side by side, and who has not
/// answered in time is not there: it never holds up the start.
/// </summary>
internal sealed class LocalServers(IReadOnlyList<KnownServer> servers, TimeProvider time)
{
    /// <summary>How long they may take to answer.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(200);

    private const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Those that are usually found.</summary>
    public static LocalServers Usual { get; } = new(KnownServer.All, TimeProvider.System);

    /// <summary>The providers that are found, by name, beside those of a configuration.</summary>
    /// <param name="configuration">The configuration; an address that it has is not offered twice.</param>
    /// <param name="types">The kinds of provider there are.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<GatewayConfiguration> AddAsync(GatewayConfiguration configuration, IReadOnlyCollection<string> types, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var search = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var wanted = servers.Where(server => !configuration.Providers.ContainsKey(server.Type) && !IsConfigured(server, configuration)).ToArray();
        var found = await Task.WhenAll(wanted.Select(server => IsThereAsync(server, search.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        var providers = new Dictionary<string, ProviderSettings>(configuration.Providers, StringComparer.Ordinal);
        foreach (var (server, _) in wanted.Zip(found).Where(pair => pair.Second))
        {
            // A kind that is not known by name here speaks OpenAI's API as well.
            providers.Add(server.Type, new ProviderSettings
            {
                Type = types.Contains(server.Type) ? server.Type : "openai",
                BaseUrl = new Uri($"http://127.0.0.1:{server.Port}{(server.Type == "ollama" && types.Contains("ollama") ? "" : "/v1")}"),
            });
        }

        return configuration with { Providers = providers };
    }

    private static bool IsConfigured(KnownServer server, GatewayConfiguration configuration) =>
        configuration.Providers.Values.Any(provider => provider.BaseUrl is { IsAbsoluteUri: true, IsLoopback: true } url && url.Port == server.Port);

    private static async Task<bool> IsThereAsync(KnownServer server, CancellationToken cancellationToken)
    {
        try
        {
            // A closed port says so at once, and costs no HTTP.
            using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                await socket.ConnectAsync(System.Net.IPAddress.Loopback, server.Port, cancellationToken);
            }

            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { MaxResponseContentBufferSize = MostBytes };
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{server.Port}{server.Path}"), cancellationToken);
            return answer.IsSuccessStatusCode && IsMeant(server, await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (Exception fault) when (fault is SocketException or HttpRequestException or IOException or OperationCanceledException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsMeant(KnownServer server, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var models = document.RootElement.GetProperty(server.List);
            if (server.List == KnownServer.OfOllama)
            {
                return models.ValueKind == JsonValueKind.Array;
            }

            // Another Switchboard would be a provider of itself, round and round.
            var owners = models.EnumerateArray().Select(model => model.TryGetProperty("owned_by", out var owner) ? owner.ToString() : "").ToArray();
            return !owners.Contains("switchboard") && (server.Owner is null || owners.Contains(server.Owner));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return false;
        }
    }
}
