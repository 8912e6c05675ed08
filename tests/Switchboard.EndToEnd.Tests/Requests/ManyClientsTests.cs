using System.Text;
using System.Text.Json;
using Switchboard.EndToEnd.Tests.BuiltIn;

namespace Switchboard.EndToEnd.Tests.Requests;

[Collection<OnBuiltInGateway>]
public sealed class ManyClientsTests(BuiltInGateway gateway) : IDisposable
{
    private const int Clients = 32;

    private readonly HttpClient _client = new() { BaseAddress = gateway.BaseUrl, Timeout = TimeSpan.FromMinutes(5) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Thirty_two_clients_at_once_each_get_the_answer_that_one_alone_gets()
    {
        var alone = new List<string>();
        for (var i = 0; i < Clients; i++)
        {
            alone.Add(await AskAsync(i, stream: i % 2 == 0));
        }

        var together = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => AskAsync(i, stream: i % 2 == 0)));

        Assert.Equal(alone, together);
    }

    [Fact]
    public async Task Clients_that_leave_do_no_harm_to_those_that_stay()
    {
        var alone = await AskAsync(1, stream: true);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var left = Enumerable.Range(0, Clients / 2).Select(_ => ReadFirstAndLeaveAsync(leaving.Token)).ToArray();
        var stayed = Enumerable.Range(0, Clients / 2).Select(_ => AskAsync(1, stream: true)).ToArray();
        await Task.WhenAll(left);

        Assert.All(await Task.WhenAll(stayed), answer => Assert.Equal(alone, answer));
    }

    private async Task ReadFirstAndLeaveAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(0, stream: true, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        Assert.NotEmpty(await reader.ReadLineAsync(cancellationToken) ?? "");
    }

    private async Task<string> AskAsync(int number, bool stream)
    {
        using var response = await SendAsync(number, stream, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        if (!stream)
        {
            using var whole = JsonDocument.Parse(text);
            return whole.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
        }

        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        // Who waits long for a place is sent comments meanwhile.
        return string.Concat(events[..^1].Where(data => !data.StartsWith(':')).Select(ContentOf));
    }

    private async Task<HttpResponseMessage> SendAsync(int number, bool stream, CancellationToken cancellationToken)
    {
        var body = $$"""
            {"model":"switchboard-tiny","messages":[{"role":"user","content":"What is {{number}} plus {{number * 3}}? Then tell me a story."}],
             "temperature":0,"max_tokens":24,"stream":{{(stream ? "true" : "false")}} }
            """;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static string ContentOf(string data)
    {
        using var chunk = JsonDocument.Parse(data["data: ".Length..]);
        var delta = chunk.RootElement.GetProperty("choices")[0].GetProperty("delta");
        return delta.TryGetProperty("content", out var content) ? content.GetString()! : "";
    }
}
