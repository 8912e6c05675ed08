using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Responses;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>The NuGet package <c>OpenAI</c>.</summary>
internal sealed class NuGetClient : IConformanceClient
{
    public string Name => "NuGet OpenAI";

    public string? SkipReason => null;

    public IReadOnlyDictionary<string, string> Lacks { get; } = new Dictionary<string, string>
    {
        [nameof(Call.Completion)] = "no method for the older completions",
        [nameof(Call.CompletionStream)] = "no method for the older completions",
        [Scenarios.UsageUnasked] = "asks for the usage always",
    };

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async Task<Seen> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var seen = new JsonObject();
        try
        {
            await CallAsync(NuGetSdk.Client(run.BaseUrl, run.MaxRetries), run, seen, cancellationToken);
        }
        catch (ClientResultException e)
        {
            seen["requestId"] = NuGetSdk.RequestId(e.GetRawResponse());
            seen["error"] = JsonNode.Parse(e.GetRawResponse()!.Content)!["error"]!.DeepClone();
            seen["error"]!["status"] = e.Status;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or System.Text.Json.JsonException)
        {
            seen["error"] = new JsonObject { ["message"] = e.Message };
        }

        return new Seen(seen);
    }

    private static Task CallAsync(OpenAIClient client, Run run, JsonObject seen, CancellationToken cancellationToken) => run.Call switch
    {
        Call.Chat => ChatAsync(client, run.Request, seen, cancellationToken),
        Call.ChatStream => StreamAsync(Chat(client, run.Request).CompleteChatStreamingAsync(Messages(run.Request), Read<ChatCompletionOptions>(run.Request), cancellationToken), seen),
        Call.ChatLeft => LeaveAsync(client, run.Request, seen, cancellationToken),
        Call.Embeddings => EmbedAsync(client, run.Request, seen, cancellationToken),
        Call.Models => ModelsAsync(client, seen, cancellationToken),
        Call.Model => ModelAsync(client, run.Request, seen, cancellationToken),
        Call.Response => RespondAsync(client, run.Request, seen, cancellationToken),
        Call.ResponseStream => StreamResponseAsync(client, run.Request, seen, cancellationToken),
        _ => throw new NotSupportedException(run.Call.ToString()),
    };

    private static async Task ChatAsync(OpenAIClient client, JsonObject request, JsonObject seen, CancellationToken cancellationToken) =>
        Tell(await Chat(client, request).CompleteChatAsync(Messages(request), Read<ChatCompletionOptions>(request), cancellationToken), seen);

    // Cancelled: a stream that is only left unread is read on for a while, in the hope of keeping its connection.
    private static async Task LeaveAsync(OpenAIClient client, JsonObject request, JsonObject seen, CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await foreach (var update in Chat(client, request).CompleteChatStreamingAsync(Messages(request), Read<ChatCompletionOptions>(request), leaving.Token))
        {
            if (NuGetSdk.Text([update]) is { Length: > 0 } text)
            {
                seen["content"] = text;
                await leaving.CancelAsync();
                return;
            }
        }
    }

    private static async Task EmbedAsync(OpenAIClient client, JsonObject request, JsonObject seen, CancellationToken cancellationToken)
    {
        var inputs = request["input"] is JsonArray several ? several.Select(input => input!.GetValue<string>()) : [request["input"]!.GetValue<string>()];
        var result = await client.GetEmbeddingClient(request["model"]!.GetValue<string>()).GenerateEmbeddingsAsync(inputs, Read<EmbeddingGenerationOptions>(request), cancellationToken);
        seen["vectors"] = new JsonArray([.. result.Value.Select(one => new JsonArray([.. one.ToFloats().ToArray().Select(value => JsonValue.Create(value))]))]);
        Tell(result, seen);
    }

    private static async Task ModelsAsync(OpenAIClient client, JsonObject seen, CancellationToken cancellationToken)
    {
        var models = (await client.GetOpenAIModelClient().GetModelsAsync(cancellationToken)).Value;
        seen["models"] = new JsonArray([.. models.Select(Written)]);
    }

    private static async Task ModelAsync(OpenAIClient client, JsonObject request, JsonObject seen, CancellationToken cancellationToken) =>
        Tell(await client.GetOpenAIModelClient().GetModelAsync(request["model"]!.GetValue<string>(), cancellationToken), seen);

    private static async Task RespondAsync(OpenAIClient client, JsonObject request, JsonObject seen, CancellationToken cancellationToken) =>
        Tell(await client.GetResponsesClient().CreateResponseAsync(Read<CreateResponseOptions>(request), cancellationToken), seen);

    private static async Task StreamResponseAsync(OpenAIClient client, JsonObject request, JsonObject seen, CancellationToken cancellationToken)
    {
        var updates = await client.GetResponsesClient().CreateResponseStreamingAsync(Read<CreateResponseOptions>(request), cancellationToken);
        await StreamAsync(updates, seen);
    }

    // This SDK does not throw at an error event of chat: it hands it on as an update that has no more than the error.
    private static async Task StreamAsync<T>(IAsyncEnumerable<T> updates, JsonObject seen)
    {
        var chunks = new JsonArray();
        seen["chunks"] = chunks;
        await foreach (var update in updates)
        {
            var chunk = Written(update);
            if (chunk["error"] is { } error)
            {
                seen["error"] = error.DeepClone();
                return;
            }

            chunks.Add(chunk);
        }
    }

    private static void Tell<T>(ClientResult<T> result, JsonObject seen)
    {
        seen["requestId"] = NuGetSdk.RequestId(result.GetRawResponse());
        seen["answer"] = Written(result.Value);
        seen["body"] = result.GetRawResponse().Content.ToString();
    }

    private static ChatClient Chat(OpenAIClient client, JsonObject request) => client.GetChatClient(request["model"]!.GetValue<string>());

    private static IEnumerable<ChatMessage> Messages(JsonObject request) => request["messages"]!.AsArray().Select(message => Read<ChatMessage>(message!));

    // The SDK's types read and write the API's own words.
    private static T Read<T>(JsonNode json) => ModelReaderWriter.Read<T>(BinaryData.FromString(json.ToJsonString()), ModelReaderWriterOptions.Json, OpenAIContext.Default)!;

    private static JsonNode Written<T>(T value) => JsonNode.Parse(ModelReaderWriter.Write(value!, ModelReaderWriterOptions.Json, OpenAIContext.Default))!;
}
