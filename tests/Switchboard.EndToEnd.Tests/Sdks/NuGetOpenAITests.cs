using System.ClientModel;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using Switchboard.EndToEnd.Tests.BuiltIn;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>The NuGet package <c>OpenAI</c> against the built-in models: a gateway as <c>./up</c> starts it.</summary>
[Collection<OnBuiltInGateway>]
public sealed class NuGetOpenAITests(BuiltInGateway gateway)
{
    private static readonly ChatMessage[] s_question = [new UserChatMessage("What is Switchboard?")];

    private readonly OpenAIClient _client = NuGetSdk.Client(gateway.BaseUrl);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ChatClient Chat => _client.GetChatClient(BuiltInGateway.ChatModel);

    [Fact]
    public async Task A_chat_has_an_answer_a_reason_to_end_and_its_usage()
    {
        var result = await Chat.CompleteChatAsync(s_question, Coldest(), Cancellation);

        var answer = result.Value;
        Assert.Equal(BuiltInGateway.ChatModel, answer.Model);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal(ChatMessageRole.Assistant, answer.Role);
        Assert.NotEmpty(Assert.Single(answer.Content).Text);
        Assert.InRange(answer.Usage.OutputTokenCount, 1, int.MaxValue);
        Assert.Equal(answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount);
        Assert.NotEmpty(NuGetSdk.RequestId(result.GetRawResponse())!);
    }

    [Fact]
    public async Task A_chat_may_ask_for_two_answers()
    {
        var options = new ChatCompletionOptions { Temperature = 1 };
        options.Patch.Set("$.n"u8, 2);

        var result = await Chat.CompleteChatAsync(s_question, options, Cancellation);

        // The SDK shows the first; the other is in the body.
        var choices = JsonElement.Parse(result.GetRawResponse().Content).GetProperty("choices").EnumerateArray().ToList();
        Assert.Equal([0, 1], choices.Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal(choices[0].GetProperty("message").GetProperty("content").GetString(), result.Value.Content[0].Text);
    }

    [Fact]
    public async Task A_streamed_chat_says_the_same_as_a_whole_one_and_ends_with_its_usage()
    {
        var whole = (await Chat.CompleteChatAsync(s_question, Coldest(), Cancellation)).Value;

        // This SDK always asks for the usage.
        var (updates, fault) = await NuGetSdk.ReadAsync(Chat.CompleteChatStreamingAsync(s_question, Coldest(), Cancellation));

        Assert.Null(fault);
        Assert.Equal(whole.Content[0].Text, NuGetSdk.Text(updates));
        Assert.Equal(ChatMessageRole.Assistant, updates[0].Role);
        Assert.Equal(ChatFinishReason.Stop, Assert.Single(updates, update => update.FinishReason is not null).FinishReason);
        Assert.Equal(whole.Usage.OutputTokenCount, Assert.Single(updates, update => update.Usage is not null).Usage.OutputTokenCount);
    }

    [Fact]
    public async Task The_models_are_listed_and_each_can_be_retrieved()
    {
        var client = _client.GetOpenAIModelClient();

        var models = (await client.GetModelsAsync(Cancellation)).Value;

        Assert.Contains(BuiltInGateway.ChatModel, models.Select(model => model.Id));
        Assert.Contains(BuiltInGateway.EmbeddingModel, models.Select(model => model.Id));
        foreach (var model in models)
        {
            var retrieved = (await client.GetModelAsync(model.Id, Cancellation)).Value;
            Assert.Equal((model.Id, model.OwnedBy, model.CreatedAt), (retrieved.Id, retrieved.OwnedBy, retrieved.CreatedAt));
        }
    }

    [Fact]
    public async Task A_completion_is_answered_whole_and_streamed()
    {
        var whole = await NuGetSdk.CompleteAsync(_client, gateway.BaseUrl, Request(stream: false), Cancellation);
        var streamed = await NuGetSdk.CompleteAsync(_client, gateway.BaseUrl, Request(stream: true), Cancellation);

        var text = JsonElement.Parse(whole.Content).GetProperty("choices")[0].GetProperty("text").GetString();
        Assert.NotEmpty(text!);
        var events = streamed.Content.ToString().Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => e["data: ".Length..]).ToList();
        Assert.Equal("[DONE]", events[^1]);
        Assert.Equal(text, string.Concat(events[..^1].Select(e => JsonElement.Parse(e).GetProperty("choices")[0].GetProperty("text").GetString())));
    }

    [Fact]
    public async Task Embeddings_are_the_same_as_base64_and_as_floats()
    {
        string[] input = ["How do I change the port?", "A fox."];
        var client = _client.GetEmbeddingClient(BuiltInGateway.EmbeddingModel);
        var asFloats = new EmbeddingGenerationOptions();
        asFloats.Patch.Set("$.encoding_format"u8, "float");

        // Unasked, this SDK wants base64.
        var base64 = (await client.GenerateEmbeddingsAsync(input, cancellationToken: Cancellation)).Value;
        var floats = (await client.GenerateEmbeddingsAsync(input, asFloats, Cancellation)).Value;

        Assert.Equal([256, 256], base64.Select(embedding => embedding.ToFloats().Length));
        Assert.Equal(base64.Select(embedding => embedding.ToFloats().ToArray()), floats.Select(embedding => embedding.ToFloats().ToArray()));
        Assert.InRange(base64.Usage.InputTokenCount, 1, int.MaxValue);
    }

    [Fact]
    public async Task An_unknown_model_is_not_found()
    {
        var fault = await Assert.ThrowsAsync<ClientResultException>(() => _client.GetChatClient("no-such-model").CompleteChatAsync(s_question, Coldest(), Cancellation));

        Assert.Equal(404, fault.Status);
        Assert.Equal("model_not_found", NuGetSdk.Error(fault).GetProperty("code").GetString());
        Assert.Contains("no-such-model", fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(NuGetSdk.RequestId(fault.GetRawResponse())!);
    }

    [Fact]
    public async Task A_bad_request_is_refused_with_what_is_wrong()
    {
        var fault = await Assert.ThrowsAsync<ClientResultException>(() => Chat.CompleteChatAsync(s_question, new ChatCompletionOptions { Temperature = 3 }, Cancellation));

        Assert.Equal(400, fault.Status);
        Assert.Equal("invalid_request_error", NuGetSdk.Error(fault).GetProperty("type").GetString());
        Assert.Contains("temperature", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_stream_was_left_the_next_request_is_answered()
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in Chat.CompleteChatStreamingAsync([new UserChatMessage("Tell me a story about a fox.")], Coldest(), leaving.Token))
            {
                if (update.ContentUpdate.Count > 0)
                {
                    await leaving.CancelAsync();
                }
            }
        });

        var next = await Chat.CompleteChatAsync(s_question, Coldest(), Cancellation);

        Assert.Equal(ChatFinishReason.Stop, next.Value.FinishReason);
    }

    private static object Request(bool stream) => new { model = BuiltInGateway.ChatModel, prompt = "Once upon a time", temperature = 0, max_tokens = 24, stream };

    private static ChatCompletionOptions Coldest() => new() { Temperature = 0 };
}
