using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Tests.Server.Conversations;

/// <summary>A served gateway whose one model answers every message with it in capitals.</summary>
internal sealed class TalkingGateway : IAsyncDisposable
{
    private readonly ConcurrentQueue<JsonElement> _asked = new();

    private TalkingGateway(ServedGateway gateway) => Gateway = gateway;

    public ServedGateway Gateway { get; }

    /// <summary>The chat requests so far.</summary>
    public IReadOnlyList<JsonElement> Asked => [.. _asked];

    /// <summary>What happens before an answer; the message is given.</summary>
    public Func<string, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Ends streams in the middle of the answer.</summary>
    public bool BreaksStreams { get; set; }

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public static async Task<TalkingGateway> StartAsync(string? records = null, Func<GatewayConfiguration, GatewayConfiguration>? change = null, Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? services = null)
    {
        var provider = new ScriptedProvider();
        var configuration = new GatewayConfiguration
        {
            // The model says that it has a window of seven tokens.
            Conversations = new ConversationSettings { MaxTokens = 100_000 },
            Storage = new StorageSettings { Records = records is null ? null : new Secret(records) },
            Providers = new Dictionary<string, ProviderSettings> { [provider.Name] = new() { Type = "scripted" } },
        };
        var talking = new TalkingGateway(await ServedGateway.StartAsync(provider, configuration: change?.Invoke(configuration) ?? configuration, services: services));
        provider.Answer = talking.AnswerAsync;
        return talking;
    }

    /// <summary>The texts of the messages of a chat request, each with its role.</summary>
    public static IReadOnlyList<string> Texts(JsonElement chat) =>
        [.. chat.GetProperty("messages").EnumerateArray().Select(message => $"{message.GetProperty("role").GetString()}: {message.GetProperty("content").GetString()}")];

    /// <summary>Says something and reads the answer.</summary>
    public async Task<(int Status, JsonElement Json)> SayAsync(string message, string? conversation = null, string more = "", string? key = null)
    {
        using var answer = await PostAsync("/api/v1/chat", Body(message, conversation, more), key);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Ends));
    }

    /// <summary>Says something in a conversation that must be answered; gives its id.</summary>
    public async Task<string> MustSayAsync(string message, string? conversation = null, string more = "", string? key = null)
    {
        var (status, json) = await SayAsync(message, conversation, more, key);
        Assert.True(status == 200, json.ToString());
        return json.GetProperty("conversation_id").GetString()!;
    }

    /// <summary>Says something and reads the events.</summary>
    public async Task<(HttpResponseMessage Answer, IReadOnlyList<JsonElement> Events)> StreamAsync(string message, string? conversation = null)
    {
        var answer = await PostAsync("/api/v1/chat/stream", Body(message, conversation, ""));
        var text = await answer.Content.ReadAsStringAsync(Ends);
        return (answer, [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line["data: ".Length..]))]);
    }

    public async Task<HttpResponseMessage> PostAsync(string path, string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = ServedGateway.Body(body) };
        Authorize(request, key);
        return await Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ends);
    }

    /// <summary>Asks for something else.</summary>
    public async Task<(int Status, JsonElement Json)> AskAsync(string method, string path, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : ServedGateway.Body(body) };
        Authorize(request, key);
        using var answer = await Gateway.Client.SendAsync(request, Ends);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Ends));
    }

    /// <summary>The messages of a conversation as it is kept, each with its role.</summary>
    public async Task<IReadOnlyList<string>> MessagesAsync(string conversation, string? key = null)
    {
        var (status, json) = await AskAsync("GET", $"/api/v1/conversations/{conversation}/messages?limit=1000", key: key);
        Assert.True(status == 200, json.ToString());
        return [.. json.GetProperty("data").EnumerateArray().Select(message => $"{message.GetProperty("role").GetString()}: {message.GetProperty("content").GetString()}")];
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    private static string Body(string message, string? conversation, string more) =>
        $$"""{"message":{{JsonSerializer.Serialize(message)}}{{(conversation is null ? "" : $",\"conversation_id\":\"{conversation}\"")}}{{more}}}""";

    private static void Authorize(HttpRequestMessage request, string? key)
    {
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }
    }

    private async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var chat = JsonElement.Parse(call.Body.Span);
        _asked.Enqueue(chat);
        var message = chat.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
        await Before(message, cancellationToken);
        if (message == "fail")
        {
            return GatewayOutcome.Failed(GatewayError.Upstream("It fell over.", "fell_over"));
        }

        call.Usage = new TokenUsage(7, 5);
        var said = JsonSerializer.Serialize(message.ToUpperInvariant());
        if (!call.Facts.Stream)
        {
            var whole = $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"parrot-1","choices":[{"index":0,"message":{"role":"assistant","content":{{{said}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}""";
            await call.Sink.Commit(new AnswerHead(200, "application/json")).WriteAsync(Encoding.UTF8.GetBytes(whole), cancellationToken);
            return GatewayOutcome.Answered;
        }

        var output = call.Sink.Commit(AnswerHead.EventStream);
        var pieces = message.ToUpperInvariant().Split(' ').Select((word, index) => $$"""{"index":0,"delta":{"content":{{JsonSerializer.Serialize(index == 0 ? word : " " + word)}}},"finish_reason":null}""");
        foreach (var piece in BreaksStreams ? pieces : pieces.Append("""{"index":0,"delta":{},"finish_reason":"stop"}"""))
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes($$"""data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"parrot-1","choices":[{{piece}}]}""" + "\n\n"), cancellationToken);
        }

        var end = BreaksStreams
            ? """data: {"error":{"message":"It broke off.","type":"upstream_error","param":null,"code":"broke"}}""" + "\n\n"
            : """data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"parrot-1","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}""" + "\n\ndata: [DONE]\n\n";
        await output.WriteAsync(Encoding.UTF8.GetBytes(end), cancellationToken);
        return GatewayOutcome.Answered;
    }
}
