using System.Text.Json.Serialization;
using Azure.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Client;
using Switchboard.Client.AspNetCore;
using Switchboard.Client.Azure;
using Switchboard.Client.Chat;
using Switchboard.Client.Realtime;
using Switchboard.Client.Responses;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Realtime;
using Switchboard.Protocol.Responses;
using Switchboard.Protocol.Webhooks;
using RealtimeSession = Switchboard.Protocol.Realtime.RealtimeSessionOptions;

namespace Switchboard.Tests.Docs;

/// <summary>The code of docs/client.md on what is around a program: other types, Azure, websockets, webhooks, containers.</summary>
internal static partial class HostSnippets
{
    public static async Task OwnTypesAsync(SwitchboardClient client)
    {
        MyAnswer answer = await client.Chat.Completions.CreateAsync(
            new MyRequest("gpt-4o-mini", [new MyMessage("user", "Say hello.")]), MyJson.Default.MyRequest, MyJson.Default.MyAnswer);

        await foreach (var chunk in client.Chat.Completions.StreamAsync(new MyRequest("gpt-4o-mini", []), MyJson.Default.MyRequest, MyJson.Default.MyAnswer))
        {
            Console.WriteLine(chunk);
        }
    }

    public static void UnknownMembers(ChatCompletion answer)
    {
        if (answer.Choices[0].Message.Extra.TryGetValue("reasoning_content", out var reasoning))
        {
            Console.WriteLine(reasoning.ToElement().GetString());
        }
    }

    public static SwitchboardClient AzureV1()
    {
        var client = new SwitchboardClient(new SwitchboardClientOptions
        {
            Azure = new AzureOptions { Endpoint = new Uri("https://my-resource.openai.azure.com"), ApiKey = "…" },
        });
        return client;
    }

    public static SwitchboardClient AzureClassic()
    {
        var client = new SwitchboardClient(new SwitchboardClientOptions
        {
            Azure = new AzureOptions { Surface = AzureSurface.Deployments, ApiVersion = "2024-10-21" },   // endpoint and key from the environment
        });
        return client;
    }

    public static SwitchboardClient Entra(TokenCredential credential)
    {
        var client = new SwitchboardClient(new SwitchboardClientOptions
        {
            Azure = new AzureOptions { Endpoint = new Uri("https://my-resource.openai.azure.com") }.WithCredential(credential),
        });
        return client;
    }

    public static async Task RealtimeAsync(SwitchboardClient client, Stream microphone, Stream speaker)
    {
        await using var session = await client.Realtime.ConnectAsync("gpt-realtime");
        await session.AppendAudioAsync(microphone);
        await session.CommitAudioAsync();
        await session.CreateResponseAsync();
        await session.CopyAudioToAsync(speaker);
    }

    public static async Task RealtimeReconnectAsync(SwitchboardClient client, RealtimeSession settings)
    {
        await using var session = await client.Realtime.ConnectAsync(new RealtimeConnectionOptions
        {
            Model = "gpt-realtime",
            Socket = new SocketOptions { Reconnect = new ReconnectOptions { MaxAttempts = 3 } },
            Reconnecting = (context, _) =>
            {
                context.First.Add(new RealtimeSessionUpdateClientEvent(settings));
                return ValueTask.CompletedTask;
            },
        });
    }

    public static async Task ResponsesSocketAsync(SwitchboardClient client)
    {
        await using var connection = await client.Responses.ConnectAsync();
        Response answer = await connection.StreamAsync(new ResponseRequest { Model = "gpt-5", Input = "Hello" }).GetFinalAsync();
    }

    public static void Webhook(WebApplication app)
    {
        app.MapOpenAIWebhook("/webhooks/openai", async webhook =>
        {
            if (webhook.Event is ResponseCompletedWebhookEvent done)
            {
                await Console.Out.WriteLineAsync($"{webhook.Id}: response {done.Data.Id} is complete");
            }
        });
    }

    public static void Unwrap(SwitchboardClient client, byte[] body, HttpRequestMessage request)
    {
        var webhook = client.Webhooks.Unwrap(body, request.Headers);   // WebhookSignatureException when it is not to be trusted
        Console.WriteLine(webhook.Type);
    }

    public static void Container(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSwitchboardClient(configuration.GetSection("OpenAI"));
        services.AddSwitchboardClient("eu", options => options.BaseUrl = new Uri("https://eu.api.openai.com/v1"))
            .AddHttpMessageHandler(() => new TenantHandler());
        services.AddSwitchboardChatClient("gpt-4o-mini");
    }

    public static async Task ExtensionsAIAsync(SwitchboardClient client)
    {
        IChatClient chat = client.AsChatClient("gpt-4o-mini");
        Console.WriteLine(await chat.GetResponseAsync("Say hello."));

        IEmbeddingGenerator<string, Embedding<float>> embeddings = client.AsEmbeddingGenerator("text-embedding-3-small");
        var vector = await embeddings.GenerateVectorAsync("Say hello.");
    }

    internal sealed class Translator(SwitchboardClient client, [FromKeyedServices("eu")] SwitchboardClient eu)
    {
        public async Task<string?> TranslateAsync(string text, bool inEurope)
        {
            ChatCompletion answer = await (inEurope ? eu : client).Chat.Completions.CreateAsync(
                new ChatCompletionRequest([new SystemMessage("Translate into English."), new UserMessage(text)], "gpt-4o-mini"));
            return answer.Text;
        }
    }

    internal sealed class TenantHandler : DelegatingHandler;

    internal sealed record MyRequest(string Model, IReadOnlyList<MyMessage> Messages);

    internal sealed record MyMessage(string Role, string Content);

    internal sealed record MyAnswer(string Id);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(MyRequest))]
    [JsonSerializable(typeof(MyAnswer))]
    internal sealed partial class MyJson : JsonSerializerContext;
}
