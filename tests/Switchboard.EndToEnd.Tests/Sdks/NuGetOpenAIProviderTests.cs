using System.ClientModel;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>The NuGet package <c>OpenAI</c> against a provider behind the gateway, with recorded traffic of the real API.</summary>
[Collection<OnProvider>]
public sealed class NuGetOpenAIProviderTests(Provider provider)
{
    private const string ChatPath = "/v1/chat/completions";

    private static readonly ChatMessage[] s_question = [new UserChatMessage("Hello!")];

    private readonly OpenAIClient _client = NuGetSdk.Client(provider.BaseUrl);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EmbeddingClient Embeddings => _client.GetEmbeddingClient($"{Provider.Name}/text-embedding-3-small");

    private ChatClient Chat => _client.GetChatClient($"{Provider.Name}/gpt-4o-mini");

    [Theory]
    [InlineData("ChatTests/HelloWorldChat", 0)]
    [InlineData("ChatTests/MultiMessageChat", 0)]
    [InlineData("ChatTests/TwoTurnChat", 1)]
    public async Task A_recorded_chat_comes_whole_to_the_caller(string session, int index)
    {
        var recorded = Provider.Exchange(session, index);
        var asked = provider.Answer(ChatPath, recorded.ToAnswer());

        var result = await Chat.CompleteChatAsync(Messages(recorded), cancellationToken: Cancellation);

        AssertSame(recorded, result.Value);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(recorded.RequestBody.Span), Assert.Single(asked).Json), Assert.Single(asked).BodyText);
    }

    [Fact]
    public async Task A_recorded_refusal_comes_to_the_caller()
    {
        var recorded = Provider.Exchange("ChatTests/StructuredRefusalWorks");
        provider.Answer(ChatPath, recorded.ToAnswer());

        var answer = (await Chat.CompleteChatAsync(Messages(recorded), cancellationToken: Cancellation)).Value;

        Assert.Equal(Choice(recorded).GetProperty("message").GetProperty("refusal").GetString(), answer.Refusal);
    }

    [Theory]
    [InlineData("ChatTests/TokenLogProbabilitiesStreaming(False)")]
    [InlineData("ChatTests/TokenLogProbabilitiesStreaming(True)")]
    public async Task A_recorded_stream_comes_update_by_update_to_the_caller(string session)
    {
        var recorded = Provider.Exchange(session);
        provider.Answer(ChatPath, recorded.ToAnswer());

        var (updates, fault) = await NuGetSdk.ReadAsync(Chat.CompleteChatStreamingAsync(Messages(recorded), cancellationToken: Cancellation));

        Assert.Null(fault);
        var chunks = Provider.Chunks(recorded).ToList();
        Assert.Equal(chunks.Count, updates.Count);
        Assert.Equal(string.Concat(chunks.Select(Content)), NuGetSdk.Text(updates));
        Assert.Equal(chunks.Sum(LogProbabilities), updates.Sum(update => update.ContentTokenLogProbabilities.Count));
        Assert.Equal(ChatFinishReason.Stop, Assert.Single(updates, update => update.FinishReason is not null).FinishReason);
        Assert.Equal(chunks[^1].GetProperty("usage").GetProperty("total_tokens").GetInt32(), updates[^1].Usage.TotalTokenCount);
        Assert.All(updates, update => Assert.Equal(chunks[0].GetProperty("id").GetString(), update.CompletionId));
    }

    [Fact]
    public async Task The_recorded_models_are_listed_and_can_be_retrieved()
    {
        var recorded = JsonElement.Parse(Provider.Exchange("ModelsTests/ListModels").ResponseBody.Span).GetProperty("data");
        var one = JsonElement.Parse(Provider.Exchange("ModelsTests/GetModelInfo").ResponseBody.Span);
        var client = _client.GetOpenAIModelClient();

        var models = (await client.GetModelsAsync(Cancellation)).Value;
        var model = (await client.GetModelAsync("gpt-4o-mini", Cancellation)).Value;

        Assert.Empty(recorded.EnumerateArray().Select(item => item.GetProperty("id").GetString()!).Except(models.Select(item => item.Id)));
        Assert.Equal(one.GetProperty("owned_by").GetString(), model.OwnedBy);
        Assert.Equal(one.GetProperty("created").GetInt64(), model.CreatedAt.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Recorded_embeddings_come_to_the_caller()
    {
        var recorded = Provider.Exchange("EmbeddingsTests/GenerateMultipleEmbeddings(UsingStrings)");
        var asked = provider.Answer("/v1/embeddings", recorded.ToAnswer());
        var request = JsonElement.Parse(recorded.RequestBody.Span);
        var options = new EmbeddingGenerationOptions { Dimensions = request.GetProperty("dimensions").GetInt32() };

        var result = await Embeddings.GenerateEmbeddingsAsync(request.GetProperty("input").Deserialize<string[]>(), options, Cancellation);

        var answer = JsonElement.Parse(recorded.ResponseBody.Span);
        Assert.Equal(
            answer.GetProperty("data").EnumerateArray().Select(item => Embedding.FromBase64(item.GetProperty("embedding").GetString()!)),
            result.Value.Select(embedding => embedding.ToFloats().ToArray()));
        Assert.Equal(answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), result.Value.Usage.InputTokenCount);
        Assert.True(JsonElement.DeepEquals(request, Assert.Single(asked).Json), Assert.Single(asked).BodyText);
    }

    [Fact]
    public async Task A_completion_passes_through_the_sdks_pipeline()
    {
        var answer = NpmOpenAIProviderTests.Completion(" there was", "\"length\"");
        provider.Answer("/v1/completions", UpstreamAnswer.Json(answer));
        var request = new { model = $"{Provider.Name}/gpt-3.5-turbo-instruct", prompt = "Once upon a time", max_tokens = 2 };

        var response = await NuGetSdk.CompleteAsync(_client, provider.BaseUrl, request, Cancellation);

        Assert.Equal(answer, response.Content.ToString());
    }

    [Fact]
    public async Task A_key_the_provider_refuses_is_a_401_with_the_providers_code()
    {
        var recorded = Provider.Exchange("ChatTests/AuthFailure");
        provider.Answer(ChatPath, recorded.ToAnswer());

        var fault = await Assert.ThrowsAsync<ClientResultException>(() => Chat.CompleteChatAsync(s_question, cancellationToken: Cancellation));

        Assert.Equal(401, fault.Status);
        Assert.Equal("invalid_api_key", NuGetSdk.Error(fault).GetProperty("code").GetString());
        Assert.Equal("authentication_error", NuGetSdk.Error(fault).GetProperty("type").GetString());
    }

    [Fact]
    public async Task The_providers_bad_request_comes_with_its_words()
    {
        var recorded = Provider.Exchange("EmbeddingsTests/BadOptions");
        provider.Answer("/v1/embeddings", recorded.ToAnswer());

        var fault = await Assert.ThrowsAsync<ClientResultException>(() =>
            Embeddings.GenerateEmbeddingAsync("foo", new EmbeddingGenerationOptions { Dimensions = -42 }, Cancellation));

        Assert.Equal(400, fault.Status);
        Assert.Contains("-42 is less than the minimum of 1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sdk_tries_again_after_a_limit()
    {
        var limited = UpstreamAnswer.Json("{}").With(Misbehaviour.RateLimitedWith("Retry-After", "0"));
        var asked = provider.Answer(ChatPath, limited, NpmOpenAIProviderTests.Whole("Hello again."));
        var chat = NuGetSdk.Client(provider.BaseUrl, maxRetries: 2).GetChatClient($"{Provider.Name}/gpt-4o-mini");

        var result = await chat.CompleteChatAsync(s_question, cancellationToken: Cancellation);

        Assert.Equal("Hello again.", result.Value.Content[0].Text);
        Assert.Equal(2, asked.Count);
    }

    [Theory]
    [MemberData(nameof(NpmOpenAIProviderTests.FaultsInAStream), MemberType = typeof(NpmOpenAIProviderTests))]
    public async Task A_stream_that_fails_on_the_way_never_looks_whole(string fault)
    {
        provider.Answer(ChatPath, NpmOpenAIProviderTests.Streamed().With(Misbehaviour.Named(fault)));

        var (updates, thrown) = await NuGetSdk.ReadAsync(Chat.CompleteChatStreamingAsync(s_question, cancellationToken: Cancellation));

        // This SDK (2.15.0) does not throw at the error event: it hands it on as an update that has no more than the error.
        Assert.Null(thrown);
        Assert.True(updates[^1].Patch.TryGetJson("$.error"u8, out var error), $"It ended quietly after {updates.Count} updates.");
        Assert.NotEmpty(JsonElement.Parse(error.Span).GetProperty("message").GetString()!);
        Assert.DoesNotContain("lo.", NuGetSdk.Text(updates), StringComparison.Ordinal);
        Assert.DoesNotContain(updates, update => update.FinishReason is not null);
    }

    [Fact]
    public async Task A_caller_that_leaves_a_stream_ends_it_at_the_provider()
    {
        // The third event is never let go: only a caller that leaves can end this.
        var asked = provider.Answer(ChatPath, NpmOpenAIProviderTests.Streamed().With(Misbehaviour.HangAfterEvents(2)));
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in Chat.CompleteChatStreamingAsync(s_question, cancellationToken: leaving.Token))
            {
                if (NuGetSdk.Text([update]).Length > 0)
                {
                    await leaving.CancelAsync();
                }
            }
        });

        Assert.Equal(ExchangeEnd.ClientLeft, await Assert.Single(asked).WaitForEndAsync(Cancellation));
    }

    [Fact]
    public async Task The_request_id_is_readable_and_not_the_providers()
    {
        provider.Answer(ChatPath, NpmOpenAIProviderTests.Whole("Hello.").WithHeader("x-request-id", "req_provider"));

        var result = await Chat.CompleteChatAsync(s_question, cancellationToken: Cancellation);

        Assert.True(Guid.TryParse(NuGetSdk.RequestId(result.GetRawResponse()), out _));
        Assert.True(result.GetRawResponse().Headers.TryGetValue("x-switchboard-upstream-request-id", out var upstreamId));
        Assert.Equal("req_provider", upstreamId);
    }

    private static IEnumerable<ChatMessage> Messages(RecordedExchange recorded) =>
        JsonElement.Parse(recorded.RequestBody.Span).GetProperty("messages").EnumerateArray().Select(message => (ChatMessage)(message.GetProperty("role").GetString() switch
        {
            "system" => new SystemChatMessage(message.GetProperty("content").GetString()),
            "assistant" => new AssistantChatMessage(message.GetProperty("content").GetString()),
            _ => new UserChatMessage(message.GetProperty("content").GetString()),
        }));

    private static JsonElement Choice(RecordedExchange recorded) => JsonElement.Parse(recorded.ResponseBody.Span).GetProperty("choices")[0];

    private static string? Content(JsonElement chunk) => chunk.GetProperty("choices").EnumerateArray()
        .Select(choice => choice.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : null)
        .FirstOrDefault();

    private static int LogProbabilities(JsonElement chunk) => chunk.GetProperty("choices").EnumerateArray()
        .Sum(choice => choice.GetProperty("logprobs") is { ValueKind: JsonValueKind.Object } logprobs ? logprobs.GetProperty("content").GetArrayLength() : 0);

    private static void AssertSame(RecordedExchange recorded, ChatCompletion answer)
    {
        var expected = JsonElement.Parse(recorded.ResponseBody.Span);
        Assert.Equal(expected.GetProperty("id").GetString(), answer.Id);
        Assert.Equal(expected.GetProperty("model").GetString(), answer.Model);
        Assert.Equal(expected.GetProperty("created").GetInt64(), answer.CreatedAt.ToUnixTimeSeconds());
        Assert.Equal(Choice(recorded).GetProperty("message").GetProperty("content").GetString(), Assert.Single(answer.Content).Text);
        Assert.Equal(Choice(recorded).GetProperty("finish_reason").GetString(), answer.FinishReason.ToString().ToLowerInvariant());
        Assert.Equal(expected.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), answer.Usage.InputTokenCount);
        Assert.Equal(expected.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), answer.Usage.OutputTokenCount);
    }
}
