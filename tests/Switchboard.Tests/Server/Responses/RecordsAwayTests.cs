using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.State;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Responses;

namespace Switchboard.Tests.Server.Responses;

/// <summary>Responses whose database goes away while they are answered.</summary>
public sealed class RecordsAwayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_that_cannot_be_kept_is_answered_whole(bool stream)
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await StartAsync(upstream, services => services.AddSingleton<IResponseStore>(new Away()));

        using var answer = await gateway.PostAsync("/v1/responses", $$"""{"model":"openai/m","input":"Hi","stream":{{(stream ? "true" : "false")}}}""");
        var text = await answer.Content.ReadAsStringAsync(Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        if (stream)
        {
            Assert.Equal("response.completed", (string)ResponsesRun.EventsOf(text)[^1]["type"]!);
        }
        else
        {
            Assert.Equal("completed", (string)JsonNode.Parse(text)!["status"]!);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_that_cannot_be_added_to_its_conversation_ends_with_one_error(bool stream)
    {
        await using var upstream = ReplayUpstream.Start();
        var conversations = new ReadOnly();
        await using var gateway = await StartAsync(upstream, services => services.AddSingleton<IConversationRecords>(conversations));
        using var made = await gateway.PostAsync("/v1/conversations", "{}");
        var id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync(Token))!["id"]!;
        conversations.IsAway = true;

        using var answer = await gateway.PostAsync("/v1/responses", $$"""{"model":"openai/m","input":"Hi","conversation":"{{id}}","stream":{{(stream ? "true" : "false")}}}""");
        var text = await answer.Content.ReadAsStringAsync(Token);

        if (stream)
        {
            var events = ResponsesRun.EventsOf(text);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(("error", "records_unavailable"), ((string)events[^1]["type"]!, (string)events[^1]["code"]!));
            Assert.Contains(events, one => (string)one["type"]! == "response.output_item.done");
            Assert.DoesNotContain(events, one => (string)one["type"]! == "response.completed");
        }
        else
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("records_unavailable", (string)JsonNode.Parse(text)!["error"]!["code"]!);
        }
    }

    private static async Task<ServedGateway> StartAsync(ReplayUpstream upstream, Action<IServiceCollection> services)
    {
        upstream.On("/v1/chat/completions", request => request.Json.TryGetProperty("stream", out var isStream) && isStream.GetBoolean()
            ? UpstreamAnswer.Stream(ServerSentEvents.Split(ResponsesRun.Stream("stop", """{"content":"One"}""", """{"content":"two"}""")))
            : UpstreamAnswer.Json(ResponsesRun.Whole("""{"role":"assistant","content":"One"}""")));
        return await ServedGateway.OverAsync(
            upstream,
            configuration => configuration with
            {
                Providers = configuration.Providers.ToDictionary(one => one.Key, one => one.Value with { Responses = ResponsesHandling.Chat }),
            },
            services);
    }

    private sealed class Away : IResponseStore
    {
        public ResponseStoreSettings Settings { get; set; } = new();

        public ValueTask<StoredResponse?> FindAsync(string tenant, string id, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public ValueTask PutAsync(string tenant, StoredResponse response, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public ValueTask<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public ValueTask SweepAsync(CancellationToken cancellationToken) => default;
    }

    /// <summary>A database that goes away between the reading of a conversation and the writing to it.</summary>
    private sealed class ReadOnly : IConversationRecords
    {
        private readonly MemoryConversationRecords _records = new(TimeProvider.System);

        public bool IsAway { get; set; }

        public Task<bool> CreateAsync(Conversation conversation, ConversationTurn? turn, CancellationToken cancellationToken) => _records.CreateAsync(conversation, turn, cancellationToken);

        public Task<bool> AddAsync(ConversationTurn turn, CancellationToken cancellationToken) =>
            IsAway ? throw new RecordsUnavailableException("away") : _records.AddAsync(turn, cancellationToken);

        public Task<ConversationHistory?> ReadAsync(string tenant, string id, int turns, CancellationToken cancellationToken) => _records.ReadAsync(tenant, id, turns, cancellationToken);

        public Task<ConversationItem?> FindItemAsync(string tenant, string id, string item, CancellationToken cancellationToken) => _records.FindItemAsync(tenant, id, item, cancellationToken);

        public Task<RecordsPage<Conversation>?> ListAsync(string tenant, RecordsQuery query, CancellationToken cancellationToken) => _records.ListAsync(tenant, query, cancellationToken);

        public Task<RecordsPage<ConversationItem>?> ListItemsAsync(string tenant, string id, RecordsQuery query, CancellationToken cancellationToken) => _records.ListItemsAsync(tenant, id, query, cancellationToken);

        public Task<Conversation?> ChangeAsync(string tenant, string id, Func<Conversation, Conversation> change, CancellationToken cancellationToken) => _records.ChangeAsync(tenant, id, change, cancellationToken);

        public Task<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken) => _records.DeleteAsync(tenant, id, cancellationToken);

        public Task<bool> DeleteItemAsync(string tenant, string id, string item, CancellationToken cancellationToken) => _records.DeleteItemAsync(tenant, id, item, cancellationToken);

        public Task<int> ExpireAsync(DateTimeOffset? before, long most, CancellationToken cancellationToken) => _records.ExpireAsync(before, most, cancellationToken);
    }
}
