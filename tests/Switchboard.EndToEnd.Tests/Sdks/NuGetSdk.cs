using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>The NuGet package <c>OpenAI</c> as a program sets it up, and what it has no method for.</summary>
internal static class NuGetSdk
{
    public static OpenAIClient Client(Uri baseUrl, int maxRetries = 0) =>
        new(new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = baseUrl, RetryPolicy = new ClientRetryPolicy(maxRetries) });

    /// <summary>The older completions, sent through the SDK's own pipeline.</summary>
    public static async Task<PipelineResponse> CompleteAsync(OpenAIClient client, Uri baseUrl, object request, CancellationToken cancellationToken)
    {
        using var message = client.Pipeline.CreateMessage();
        message.Request.Method = "POST";
        message.Request.Uri = new Uri($"{baseUrl}/completions");
        message.Request.Headers.Set("Content-Type", "application/json");
        message.Request.Content = BinaryContent.Create(BinaryData.FromString(JsonSerializer.Serialize(request)));
        message.Apply(new RequestOptions { CancellationToken = cancellationToken });
        await client.Pipeline.SendAsync(message);
        return message.ExtractResponse()!;
    }

    /// <summary>The stream's updates until it ends or throws; an exception comes with what was seen before it.</summary>
    public static async Task<(List<StreamingChatCompletionUpdate> Updates, Exception? Fault)> ReadAsync(AsyncCollectionResult<StreamingChatCompletionUpdate> stream)
    {
        var updates = new List<StreamingChatCompletionUpdate>();
        var fault = await Record.ExceptionAsync(async () =>
        {
            await foreach (var update in stream)
            {
                updates.Add(update);
            }
        });
        return (updates, fault);
    }

    public static string Text(IEnumerable<StreamingChatCompletionUpdate> updates) =>
        string.Concat(updates.SelectMany(update => update.ContentUpdate).Select(part => part.Text));

    public static string? RequestId(PipelineResponse? response) =>
        response is not null && response.Headers.TryGetValue("x-request-id", out var id) ? id : null;

    /// <summary>What the API says is wrong: the members of the body's <c>error</c>.</summary>
    public static JsonElement Error(ClientResultException e) => JsonElement.Parse(e.GetRawResponse()!.Content).GetProperty("error");
}
