using System.ComponentModel;
using System.Net;
using System.Text;
using Microsoft.Extensions.AI;
using Switchboard.Client;
using Switchboard.Client.Tools;
using Switchboard.Protocol.Chat;

namespace Switchboard.Trimmed;

/// <summary>What a trimmed program must still do with the client.</summary>
internal static class ClientCheck
{
    private static readonly ChatCompletionRequest s_request = new([new UserMessage("How warm is it in Oslo?")], "m");

    /// <summary>Runs the checks: the name of each, and what went wrong or null.</summary>
    public static async Task<IReadOnlyList<(string Name, string? Fault)>> RunAsync() =>
    [
        ("Client chat", await CheckAsync("Mild.", Answer("Mild."), async client =>
            ((ChatCompletion)await client.Chat.Completions.CreateAsync(s_request)).Choices[0].Message.Content)),
        ("Client stream", await CheckAsync("Mild.", Events("Mi", "ld."), StreamAsync)),
        ("Client structured", await CheckAsync("Oslo 21", Answer("{\\\"City\\\":\\\"Oslo\\\",\\\"Degrees\\\":21}"), async client =>
            (await client.Chat.Completions.ParseAsync(s_request, EnvelopeJson.Default.Weather)).Parsed is { } parsed ? $"{parsed.City} {parsed.Degrees}" : null)),
        ("Client tools", await CheckAsync("It is 21.", ToolCall(), ToolsAsync)),
    ];

    private static async Task<string?> StreamAsync(SwitchboardClient client)
    {
        var text = new StringBuilder();
        await foreach (var chunk in client.Chat.Completions.StreamAsync(s_request))
        {
            text.Append(chunk.Choices[0].Delta.Content);
        }

        return text.ToString();
    }

    private static async Task<string?> ToolsAsync(SwitchboardClient client)
    {
        var tools = new ToolSet { AIFunctionFactory.Create(Degrees, "degrees", serializerOptions: EnvelopeJson.Default.Options) };
        return (await client.Chat.Completions.RunToolsAsync(s_request, tools)).Text;
    }

    [Description("The temperature in a city.")]
    private static Weather Degrees(string city) => new(city, 21);

    private static async Task<string?> CheckAsync(string expected, Func<string, string> answer, Func<SwitchboardClient, Task<string?>> use)
    {
        using var handler = new Handler(answer);
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = "k", BaseUrl = new Uri("http://localhost/v1"), HttpHandler = handler, ReadsEnvironment = false });
        try
        {
            var found = await use(client);
            return found == expected ? null : $"gave '{found}' for '{expected}'";
        }
        catch (Exception fault) when (fault is ApiException or NotSupportedException or InvalidOperationException)
        {
            return $"{fault.GetType().Name}: {fault.Message}";
        }
    }

    private static Func<string, string> Answer(string content) => _ =>
        $$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"{{content}}"},"finish_reason":"stop"}]}""";

    private static Func<string, string> Events(params string[] pieces) => _ => string.Concat(pieces.Select((piece, i) =>
        $"data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{piece}\"}},\"finish_reason\":{(i == pieces.Length - 1 ? "\"stop\"" : "null")}}}]}}\n\n")) + "data: [DONE]\n\n";

    // The second request brings the tool's result with it.
    private static Func<string, string> ToolCall() => request => request.Contains("\"tool_call_id\":\"call_1\"", StringComparison.Ordinal)
        ? Answer(request.Contains("\\\"Degrees\\\":21", StringComparison.Ordinal) ? "It is 21." : "The tool gave something else.")(request)
        : """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"degrees","arguments":"{\"city\":\"Oslo\"}"}}]},"finish_reason":"tool_calls"}]}""";

    private sealed class Handler(Func<string, string> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var text = answer(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, text.StartsWith("data:", StringComparison.Ordinal) ? "text/event-stream" : "application/json") };
        }
    }
}

/// <summary>A program's own type that a model is to answer in.</summary>
internal sealed record Weather(string City, int Degrees);
