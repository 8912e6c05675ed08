using Switchboard.Benchmarks.Load;
using Switchboard.Client;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;

namespace Switchboard.Benchmarks.Client;

/// <summary>Switchboard.Client.</summary>
internal sealed class OwnClient(Uri server) : IClientUnderMeasure
{
    private static readonly ChatCompletionRequest s_request = WireJson.Deserialize<ChatCompletionRequest>(Payloads.Request(stream: false));

    private readonly SwitchboardClient _client = new("sk-bench", new Uri(server, "/v1"));

    public async Task<int> CallAsync()
    {
        ChatCompletion completion = await _client.Chat.Completions.CreateAsync(s_request);
        return completion.Choices[0].Message.Content!.Length;
    }

    public async Task<int> StreamAsync()
    {
        var events = 0;
        await foreach (var chunk in _client.Chat.Completions.StreamAsync(s_request))
        {
            events += chunk.Choices.Count;
        }

        return events;
    }

    public async Task<object> HoldAsync()
    {
        var chunks = _client.Chat.Completions.StreamAsync(s_request with { Model = ClientUpstream.HeldModel }).GetAsyncEnumerator();
        await chunks.MoveNextAsync();
        return (chunks, chunks.MoveNextAsync().AsTask());
    }

    public void Dispose() => _client.Dispose();
}
