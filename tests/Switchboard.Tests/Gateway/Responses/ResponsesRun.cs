using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Responses;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Support;
using Switchboard.Tests.Protocol.Corpus;
using Switchboard.Tests.Server;

namespace Switchboard.Tests.Gateway.Responses;

/// <summary>Requests of the Responses API to a provider that only has chat, and answers what the test says.</summary>
internal sealed class ResponsesRun
{
    private readonly ScriptedProvider _chat = new();
    private readonly IProvider _provider;
    private readonly KeptResponsesStage _keeping;

    public ResponsesRun(ProviderSettings? settings = null)
    {
        var services = Provider.Services(new ManualTimeProvider());
        _provider = ResponsesOverChat.Around(_chat, settings ?? new ProviderSettings { Type = "scripted" }, services);
        _keeping = new KeptResponsesStage(services);
    }

    /// <summary>The chat requests that were sent.</summary>
    public List<JsonNode> Sent { get; } = [];

    /// <summary>What was left out of the last request.</summary>
    public IReadOnlyList<string> Dropped { get; private set; } = [];

    /// <summary>A stream of chunks: each the delta, the last with its reason to finish, and usage.</summary>
    public static string Stream(string finish, params string[] deltas)
    {
        var chunks = deltas.Select(delta => Chunk($$"""{"index":0,"delta":{{delta}},"finish_reason":null}"""))
            .Append(Chunk($$"""{"index":0,"delta":{},"finish_reason":"{{finish}}"}"""))
            .Append("""{"id":"c1","model":"m-1","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":2},"completion_tokens_details":{"reasoning_tokens":1}}}""")
            .Append("[DONE]");
        return string.Concat(chunks.Select(chunk => $"data: {chunk}\n\n"));
    }

    /// <summary>A chunk of one choice.</summary>
    public static string Chunk(string choice) => $$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[{{choice}}]}""";

    /// <summary>A whole completion of one message.</summary>
    public static string Whole(string message, string finish = "stop", string more = "") =>
        $$"""{"id":"c1","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{{message}},"finish_reason":"{{finish}}"{{more}} }],"usage":{"prompt_tokens":7,"completion_tokens":5} }""";

    /// <summary>Answers a request with a completion in pieces of so many bytes.</summary>
    public async Task<(GatewayOutcome Outcome, string Text)> SendAsync(string request, string completion, int piece = int.MaxValue)
    {
        var isStream = completion.StartsWith("data:", StringComparison.Ordinal);
        _chat.Answer = async (call, cancellationToken) =>
        {
            Sent.Add(JsonNode.Parse(call.Body.Span)!);
            var output = call.Sink.Commit(isStream ? AnswerHead.EventStream : new AnswerHead(200, "application/json"));
            foreach (var bytes in Encoding.UTF8.GetBytes(completion).Chunk(piece))
            {
                await output.WriteAsync(bytes, cancellationToken);
            }

            return GatewayOutcome.Answered;
        };
        var sink = new RecordingSink();
        var asked = Calls.Of(ApiOperation.Responses, request, sink);
        var outcome = await _keeping.InvokeAsync(asked, (call, cancellationToken) => _provider.AnswerAsync(call, "m", cancellationToken), TestContext.Current.CancellationToken);
        Dropped = asked.Dropped;
        return (outcome, await sink.ReadAllAsync());
    }

    /// <summary>The response to a request, which is not to stream.</summary>
    public async Task<JsonNode> RespondAsync(string request, string completion)
    {
        var (outcome, text) = await SendAsync(request, completion);
        Assert.False(outcome.IsError, outcome.Error?.Body.Message);
        CheckType<Response>(text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>The events that answer a request.</summary>
    public async Task<List<JsonNode>> EventsAsync(string request, string completion, int piece = int.MaxValue)
    {
        var (outcome, text) = await SendAsync(request, completion, piece);
        Assert.False(outcome.IsError, outcome.Error?.Body.Message);
        return EventsOf(text);
    }

    /// <summary>The events of a stream, each checked: its frame, its number, its type.</summary>
    public static List<JsonNode> EventsOf(string text)
    {
        var events = new List<JsonNode>();
        foreach (var frame in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(frame => !frame.StartsWith(':')))
        {
            var lines = frame.Split('\n');
            Assert.Equal(2, lines.Length);
            var data = lines[1]["data: ".Length..];
            var node = JsonNode.Parse(data)!;
            Assert.Equal($"event: {node["type"]}", lines[0]);
            Assert.Equal(events.Count, (int)node["sequence_number"]!);
            CheckType<ResponseStreamEvent>(data);
            events.Add(node);
        }

        return events;
    }

    /// <summary>Checks that JSON is of its type and holds nothing that the specification does not know.</summary>
    public static void CheckType<T>(string json)
    {
        var walk = new ObjectWalk();
        walk.Visit(JsonSerializer.Deserialize<T>(json));
        Assert.Empty(walk.Unknown);
        Assert.DoesNotContain(walk.Extra, member => !member.EndsWith(".extra_content", StringComparison.Ordinal) && !member.EndsWith(".error", StringComparison.Ordinal));
    }
}
