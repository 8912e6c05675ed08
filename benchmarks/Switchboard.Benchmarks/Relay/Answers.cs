using System.Text;

namespace Switchboard.Benchmarks.Relay;

/// <summary>Checks, before anything is measured, that a server answers byte for byte what it should; the load then counts bytes only.</summary>
internal static class Answers
{
    public static async Task CheckAsync(Uri address)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        await CheckAsync(client, stream: false, Payloads.Completion);
        await CheckAsync(client, stream: true, Payloads.Stream);
    }

    private static async Task CheckAsync(HttpClient client, bool stream, byte[] expected)
    {
        using var content = new ByteArrayContent(Payloads.Request(stream));
        content.Headers.ContentType = new("application/json");
        using var response = await client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
        var body = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode || !body.AsSpan().SequenceEqual(expected))
        {
            throw new InvalidDataException(
                $"{client.BaseAddress} answers {(int)response.StatusCode} and not what its upstream does:\n{Encoding.UTF8.GetString(body)[..Math.Min(body.Length, 2000)]}");
        }
    }
}
