using System.ClientModel;
using OpenAI;
using OpenAI.Chat;

namespace Switchboard.Benchmarks.Client;

/// <summary>NuGet <c>OpenAI</c>, the API's own client.</summary>
internal sealed class OfficialClient(Uri server) : IClientUnderMeasure
{
    // The same conversation as Payloads.Request has.
    private readonly ChatMessage[] _messages = [.. Conversation()];
    private readonly ChatClient _client = Make(server, "bench");
    private readonly ChatClient _held = Make(server, ClientUpstream.HeldModel);

    public async Task<int> CallAsync()
    {
        ChatCompletion completion = await _client.CompleteChatAsync(_messages, Options());
        return completion.Content[0].Text.Length;
    }

    public async Task<int> StreamAsync()
    {
        var events = 0;
        await foreach (var update in _client.CompleteChatStreamingAsync(_messages, Options()))
        {
            events++;
        }

        return events;
    }

    public async Task<object> HoldAsync()
    {
        var updates = _held.CompleteChatStreamingAsync(_messages, Options()).GetAsyncEnumerator();
        await updates.MoveNextAsync();
        return (updates, updates.MoveNextAsync().AsTask());
    }

    public void Dispose()
    {
        // It has nothing to dispose of.
    }

    private static ChatClient Make(Uri server, string model) =>
        new(model, new ApiKeyCredential("sk-bench"), new OpenAIClientOptions { Endpoint = new Uri(server, "/v1") });

    private static ChatCompletionOptions Options() => new() { Temperature = 0.7f, MaxOutputTokenCount = 512, EndUserId = "bench" };

    private static IEnumerable<ChatMessage> Conversation()
    {
        using var request = System.Text.Json.JsonDocument.Parse(Load.Payloads.Request(stream: false));
        foreach (var message in request.RootElement.GetProperty("messages").EnumerateArray())
        {
            var text = message.GetProperty("content").GetString();
            yield return message.GetProperty("role").GetString() switch
            {
                "system" => new SystemChatMessage(text),
                "assistant" => new AssistantChatMessage(text),
                _ => new UserChatMessage(text),
            };
        }
    }
}
