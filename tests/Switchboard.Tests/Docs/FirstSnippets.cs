using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Switchboard.Client;
using Switchboard.Client.Chat;
using Switchboard.Client.Responses;
using Switchboard.Client.StructuredOutputs;
using Switchboard.Client.Tools;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Models;
using Switchboard.Protocol.Responses;

namespace Switchboard.Tests.Docs;

/// <summary>The code of docs/client.md, from the first call to the tool loop: compiled, and compared with the page.</summary>
internal static partial class FirstSnippets
{
    public static async Task FirstCallAsync()
    {
        using var client = new SwitchboardClient();   // the key from OPENAI_API_KEY

        ChatCompletion answer = await client.Chat.Completions.CreateAsync(
            new ChatCompletionRequest([new UserMessage("Say hello.")], "gpt-4o-mini"));

        Console.WriteLine(answer.Text);
    }

    public static async Task ResultAsync(SwitchboardClient client, ChatCompletionRequest request)
    {
        var result = await client.Chat.Completions.CreateAsync(request);
        Console.WriteLine($"{result.Value.Text} ({result.Status}, {result.RequestId}, {result.Duration}, {result.Retries} retries, {result.RateLimits.RemainingTokens} tokens left)");
    }

    public static async Task ResponsesAsync(SwitchboardClient client)
    {
        Response response = await client.Responses.CreateAsync(new ResponseRequest { Model = "gpt-4o-mini", Input = "Say hello." });
        Console.WriteLine(response.GetOutputText());
    }

    public static SwitchboardClient Options(ILoggerFactory loggers)
    {
        var client = new SwitchboardClient(new SwitchboardClientOptions
        {
            ApiKey = "sk-…",
            BaseUrl = new Uri("http://127.0.0.1:8000/v1"),
            Timeout = TimeSpan.FromMinutes(2),
            MaxRetries = 4,
            LoggerFactory = loggers,
        });

        var patient = client.WithOptions(options => options with { Timeout = TimeSpan.FromMinutes(30) });
        return patient;
    }

    public static SwitchboardClient KeyCallback(Func<CancellationToken, ValueTask<string>> ReadKeyAsync)
    {
        var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKeyProvider = token => ReadKeyAsync(token) });
        return client;
    }

    public static async Task StreamAsync(SwitchboardClient client, ChatCompletionRequest request)
    {
        await foreach (var chunk in client.Chat.Completions.StreamAsync(request))
        {
            Console.Write(chunk.Choices is [var choice, ..] ? choice.Delta.Content : null);
        }
    }

    public static async Task EventsAsync(SwitchboardClient client, ChatCompletionRequest request)
    {
        await foreach (var happened in client.Chat.Completions.StreamAsync(request).AccumulateAsync())
        {
            switch (happened)
            {
                case ChatContentDelta text:
                    Console.Write(text.Delta);
                    break;
                case ChatToolCallDelta call:
                    Console.Write($"{call.Name}: {call.Json}");   // valid JSON at every moment
                    break;
                case ChatCompletionDone done:
                    Console.WriteLine(done.Completion.FinishReason);
                    break;
            }
        }
    }

    public static async Task ErrorsAsync(SwitchboardClient client, ChatCompletionRequest request)
    {
        try
        {
            await client.Chat.Completions.CreateAsync(request);
        }
        catch (ApiRateLimitException fault) when (fault.Kind == ApiErrorKind.InsufficientQuota)
        {
            Console.WriteLine("No money left.");
        }
        catch (ApiStatusException fault)
        {
            Console.WriteLine($"{fault.Status} {fault.Code} {fault.Param}, request {fault.RequestId}: {fault.Message}");
        }
        catch (ApiConnectionException fault)   // ApiTimeoutException is one of them
        {
            Console.WriteLine($"After {fault.Retries} retries: {fault.Message}");
        }
    }

    public static async Task StructuredAsync(SwitchboardClient client, ChatCompletionRequest request)
    {
        var answer = await client.Chat.Completions.ParseAsync(request, AppJson.Default.Weather);
        Console.WriteLine(answer.IsParsed ? $"{answer.Parsed!.Celsius} °C" : answer.Refusal);
    }

    public static async Task StructuredStreamAsync(SwitchboardClient client, ChatCompletionRequest request)
    {
        var output = new StructuredOutput<Weather>(AppJson.Default.Weather);
        var chunks = client.Chat.Completions.StreamAsync(request with { ResponseFormat = output.ChatFormat });
        await foreach (var happened in chunks.AccumulateAsync())
        {
            if (happened is ChatContentDelta text && text.Json.TryRead(AppJson.Default.Weather, out var soFar))
            {
                Console.WriteLine(soFar);
            }
            else if (happened is ChatCompletionDone done)
            {
                Console.WriteLine(output.Parse(done.Completion).Parsed);
            }
        }
    }

    public static async Task ToolsAsync(SwitchboardClient client)
    {
        var tools = new ToolSet
        {
            { "get_weather", "The weather of a city.", (string city) => new Weather(city, 21), AppJson.Default.Options },
        };

        var run = await client.Chat.Completions.RunToolsAsync(
            new ChatCompletionRequest([new UserMessage("How warm is it in Oslo?")], "gpt-4o-mini"), tools);

        Console.WriteLine(run.Text);
    }

    public static async Task ToolLimitsAsync(SwitchboardClient client, ResponseRequest request, ToolSet tools, Func<ToolCall, Task<bool>> AskUserAsync)
    {
        var loop = new ToolLoopOptions
        {
            MaxRounds = 5,
            CallTimeout = TimeSpan.FromSeconds(30),
            BeforeCall = async (call, token) => await AskUserAsync(call) ? null : "The user does not allow this.",
        };

        var stream = client.Responses.RunToolsStreamingAsync(request, tools, loop);
        await foreach (var happened in stream)
        {
            if (happened is ResponseTextDeltaEvent text)
            {
                Console.Write(text.Delta);
            }
        }

        Console.WriteLine(stream.Run.End);
    }

    public static async Task ConversationAsync(SwitchboardClient client)
    {
        var chat = new ChatConversation(client.Chat.Completions, new([new SystemMessage("Be brief.")], "gpt-4o-mini")) { MaxTurns = 20 };
        ChatCompletion first = await chat.SendAsync("What is a prime?");
        ChatCompletion second = await chat.SendAsync("Is 91 one?");

        var saved = chat.Save();
        var later = ChatConversation.Restore(client.Chat.Completions, saved);
    }

    public static async Task CallOptionsAsync(SwitchboardClient client, ChatCompletionRequest request)
    {
        await client.Chat.Completions.CreateAsync(request, new CallOptions
        {
            Timeout = TimeSpan.FromSeconds(20),
            MaxRetries = 0,
            Headers = new Dictionary<string, string?> { ["X-Tenant"] = "blue", ["OpenAI-Project"] = null },
            Query = [new("debug", "true")],
            ExtraBody = new Dictionary<string, RawJson> { ["top_k"] = RawJson.Parse("40"u8) },
            IdempotencyKey = "order-17",
        });
    }

    public static async Task HandlerAsync()
    {
        using var client = new SwitchboardClient(new SwitchboardClientOptions
        {
            ApiKey = "any",
            HttpHandler = new AnswerHandler("""{"object":"list","data":[]}"""),
            ReadsEnvironment = false,
        });
        ModelList models = await client.Models.ListAsync();
    }

    internal sealed class AnswerHandler(string json) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent(json, null, "application/json") });
    }

    internal sealed record Weather(string City, int Celsius);

    [JsonSerializable(typeof(Weather))]
    [JsonSerializable(typeof(string))]
    internal sealed partial class AppJson : JsonSerializerContext;
}
