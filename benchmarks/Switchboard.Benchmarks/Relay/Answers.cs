using System.Text;

namespace Switchboard.Benchmarks.Relay;

/// <summary>Checks, before anything is measured, that a server answers byte for byte what it should; the load then counts bytes only.</summary>
internal static class Answers
{
    public static async Task CheckAsync(Uri address)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        foreach (var traffic in Traffic.All)
        {
            await CheckAsync(client, traffic);
        }
    }

    private static async Task CheckAsync(HttpClient client, Traffic traffic)
    {
        using var content = new ByteArrayContent(traffic.Request);
        content.Headers.ContentType = new("application/json");
        using var response = await client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
        var body = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode || !body.AsSpan().SequenceEqual(traffic.Answer))
        {
            throw new InvalidDataException(
                $"{client.BaseAddress} answers {(int)response.StatusCode} and not what its upstream does:\n{Encoding.UTF8.GetString(body)[..Math.Min(body.Length, 2000)]}");
        }
    }
}
