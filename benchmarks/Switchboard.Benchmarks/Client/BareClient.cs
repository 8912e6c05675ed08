using System.Net.Http.Headers;
using Switchboard.Benchmarks.Load;

namespace Switchboard.Benchmarks.Client;

/// <summary>The baseline: <see cref="HttpClient"/> and the bytes, nothing read out of them.</summary>
internal sealed class BareClient(Uri server) : IClientUnderMeasure
{
    private static readonly byte[] s_request = Payloads.Request(stream: false);
    private static readonly byte[] s_streamed = Payloads.Request(stream: true);
    private static readonly byte[] s_held = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(s_streamed).Replace("\"bench\"", $"\"{ClientUpstream.HeldModel}\"", StringComparison.Ordinal));

    private readonly HttpClient _http = new();
    private readonly Uri _address = new(server, "/v1/chat/completions");

    public async Task<int> CallAsync()
    {
        using var response = await SendAsync(s_request, HttpCompletionOption.ResponseContentRead);
        return (await response.Content.ReadAsByteArrayAsync()).Length;
    }

    public async Task<int> StreamAsync()
    {
        using var response = await SendAsync(s_streamed, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[16 * 1024];
        var events = 0;
        while (await stream.ReadAsync(buffer) is > 0 and var count)
        {
            events += buffer.AsSpan(0, count).Count("data: "u8);
        }

        return events;
    }

    public async Task<object> HoldAsync()
    {
        var response = await SendAsync(s_held, HttpCompletionOption.ResponseHeadersRead);
        var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[1024];
        _ = await stream.ReadAsync(buffer);
        return (stream, stream.ReadAsync(buffer).AsTask());
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(byte[] body, HttpCompletionOption completion)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sk-bench");
        return await _http.SendAsync(request, completion);
    }
}
