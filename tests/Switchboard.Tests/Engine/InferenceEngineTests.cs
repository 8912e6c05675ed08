using System.Text;
using Switchboard.Engine;

namespace Switchboard.Tests.Engine;

public sealed class InferenceEngineTests
{
    private static readonly LanguageModel s_model = new TestModel().Load();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(GgufWriter.F32)]
    [InlineData(GgufWriter.F16)]
    [InlineData(GgufWriter.Q8_0)]
    [InlineData(GgufWriter.Q4_0)]
    public async Task An_answer_does_not_depend_on_its_company(uint type)
    {
        using var model = new TestModel { Type = type, Tied = type != GgufWriter.F16 }.Load();
        var requests = Enumerable.Range(0, 12).Select(i => Random(model, new string((char)('a' + i), 3 + (i * 7)), seed: (ulong)i)).ToArray();
        var alone = new List<Answer>();
        await using (var single = new InferenceEngine(model, new() { MaxConcurrentSequences = 1, PrefillChunk = 3 }))
        {
            foreach (var request in requests)
            {
                alone.Add(await single.AnswerAsync(request));
            }
        }

        await using var engine = new InferenceEngine(model, new() { MaxConcurrentSequences = 5, PrefillChunk = 64, Threads = 3 });
        var together = await Task.WhenAll(requests.Select(engine.AnswerAsync));

        Assert.Equal(alone.Select(answer => answer.Text), together.Select(answer => answer.Text));
        Assert.All(together, answer => Assert.Equal(40, answer.Tokens));
    }

    [Fact]
    public async Task An_answer_survives_giving_its_memory_to_others()
    {
        using var model = new TestModel { Context = 2048, Width = 64 }.Load();
        var requests = Enumerable.Range(0, 6).Select(i => Random(model, new string((char)('a' + i), 250), seed: (ulong)i) with { MaxTokens = 400, Choices = 1 + (i % 3) }).ToArray();
        var alone = new List<Answer>();
        await using (var roomy = new InferenceEngine(model, new() { MaxConcurrentSequences = 1 }))
        {
            foreach (var request in requests)
            {
                alone.AddRange(await roomy.AnswersAsync(request));
            }
        }

        // Memory for one whole context only: 11 answers of 650 tokens do not fit.
        await using var engine = new InferenceEngine(model, new() { MaxConcurrentSequences = 8, KeyValueMemory = 1 });
        var together = (await Task.WhenAll(requests.Select(engine.AnswersAsync))).SelectMany(answers => answers);

        Assert.Equal(alone.Select(answer => answer.Text), together.Select(answer => answer.Text));
    }

    [Fact]
    public async Task Choices_of_one_prompt_are_those_of_their_own_seeds()
    {
        await using var engine = new InferenceEngine(s_model, new() { MaxConcurrentSequences = 3 });
        var request = Random(s_model, "hello there", seed: 5) with { Choices = 7 };

        var first = await engine.AnswersAsync(request);
        var second = await engine.AnswersAsync(request);

        Assert.Equal(first.Select(answer => answer.Text), second.Select(answer => answer.Text));
        Assert.Equal(7, first.Select(answer => answer.Text).Distinct().Count());
        Assert.All(first, answer => Assert.Equal(FinishKind.Length, answer.Finish));
    }

    [Fact]
    public async Task Greedy_choices_are_all_the_same_as_a_single_one()
    {
        await using var engine = new InferenceEngine(s_model);
        var request = s_model.Greedy("some longer text to begin with", 30);

        var single = await engine.AnswerAsync(request);
        var many = await engine.AnswersAsync(request with { Choices = 4 });

        Assert.All(many, answer => Assert.Equal(single.Text, answer.Text));
    }

    [Fact]
    public async Task A_cancelled_answer_stops_within_two_tokens()
    {
        using var model = new TestModel { Context = 100_000 }.Load();
        await using var engine = new InferenceEngine(model, new() { MaxConcurrentSequences = 1 });
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var generation = engine.Start(model.Greedy("a", 50_000), source.Token);
        var after = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in generation.ReadAllAsync(Cancellation))
            {
                await source.CancelAsync();
                after = update.CompletionTokens;
            }
        });
        var next = await engine.AnswerAsync(model.Greedy("b", 1));

        // The reader may lag behind the loop; the loop itself must be free for the next request at once.
        Assert.True(after < 50_000);
        Assert.Equal(1, next.Tokens);
        Assert.Equal(0, engine.QueuedRequests);
    }

    [Fact]
    public async Task A_reader_that_leaves_early_frees_its_place()
    {
        using var model = new TestModel { Context = 100_000 }.Load();
        await using var engine = new InferenceEngine(model, new() { MaxConcurrentSequences = 1 });
        await foreach (var _ in engine.Start(model.Greedy("a", 50_000), Cancellation).ReadAllAsync(Cancellation))
        {
            break;
        }

        var next = await engine.AnswerAsync(model.Greedy("b", 1));

        Assert.Equal(1, next.Tokens);
    }

    [Fact]
    public async Task A_request_cancelled_while_it_waits_leaves_the_queue()
    {
        using var model = new TestModel { Context = 100_000 }.Load();
        await using var engine = new InferenceEngine(model, new() { MaxConcurrentSequences = 1, MaxQueued = 1 });
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = engine.Start(model.Greedy("a", 50_000), source.Token);
        await using var updates = running.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        await updates.MoveNextAsync();
        using var waiting = new CancellationTokenSource();
        var queued = engine.Start(model.Greedy("b", 1), waiting.Token);

        Assert.Throws<EngineBusyException>(() => engine.Start(model.Greedy("c", 1), Cancellation));
        await waiting.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued.AnswersAsync());
        var third = engine.Start(model.Greedy("c", 1), Cancellation);
        await source.CancelAsync();

        Assert.Equal(1, (await third.AnswersAsync())[0].Tokens);
    }

    [Fact]
    public async Task Shutting_down_ends_every_answer()
    {
        using var model = new TestModel { Context = 100_000 }.Load();
        var engine = new InferenceEngine(model, new() { MaxConcurrentSequences = 1 });
        var running = engine.Start(model.Greedy("a", 50_000), Cancellation);
        var waiting = engine.Start(model.Greedy("b", 50_000), Cancellation);

        await engine.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.AnswersAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.AnswersAsync());
        Assert.Throws<ObjectDisposedException>(() => engine.Start(model.Greedy("c", 1), Cancellation));
    }

    [Fact]
    public async Task A_prompt_that_fills_the_context_is_refused()
    {
        await using var engine = new InferenceEngine(s_model);
        int[] prompt = [.. Enumerable.Repeat(300, s_model.ContextLength)];

        var fault = Assert.Throws<PromptTooLongException>(() => engine.Start(new() { Prompt = prompt }, Cancellation));

        Assert.Equal((256, 256), (fault.PromptTokens, fault.ContextLength));
    }

    [Fact]
    public async Task An_answer_ends_with_length_at_the_end_of_the_context()
    {
        await using var engine = new InferenceEngine(s_model);
        var request = s_model.Greedy("hello", int.MaxValue);

        var answer = await engine.AnswerAsync(request);

        Assert.Equal(FinishKind.Length, answer.Finish);
        Assert.Equal(s_model.ContextLength - request.Prompt.Count, answer.Tokens);
    }

    [Fact]
    public async Task A_stop_text_ends_the_answer_and_is_not_part_of_it()
    {
        await using var engine = new InferenceEngine(s_model);
        var whole = await engine.AnswerAsync(s_model.Greedy("hello", 60));
        for (var start = 1; start < whole.Text.Length - 4; start += 3)
        {
            var stop = whole.Text.Substring(start, 4);
            var answer = await engine.AnswerAsync(s_model.Greedy("hello", 60) with { Stop = [stop] });

            Assert.Equal(whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)], answer.Text);
            Assert.Equal(FinishKind.Stop, answer.Finish);
        }
    }

    [Fact]
    public async Task An_end_token_ends_the_answer_without_text()
    {
        await using var engine = new InferenceEngine(s_model);
        var request = s_model.Greedy("hello", 10) with { IgnoreEndTokens = false, Sampling = new() { Temperature = 0, LogitBias = new Dictionary<int, float> { [2] = 1000 } } };

        var answer = await engine.AnswerAsync(request);

        Assert.Equal(new Answer(string.Empty, 0, FinishKind.Stop, answer.LogProbs), answer);
    }

    [Fact]
    public async Task A_stop_token_of_the_request_ends_the_answer()
    {
        await using var engine = new InferenceEngine(s_model);
        var request = s_model.Greedy("hello", 10) with { StopTokens = [300], Sampling = new() { Temperature = 0, LogitBias = new Dictionary<int, float> { [300] = 1000 } } };

        Assert.Equal(FinishKind.Stop, (await engine.AnswerAsync(request)).Finish);
    }

    [Fact]
    public async Task Log_probabilities_are_the_model_s_own_and_sorted()
    {
        await using var engine = new InferenceEngine(s_model);
        var request = Random(s_model, "hello", seed: 3) with { LogProbs = true, TopLogProbs = 5, MaxTokens = 20 };
        var cold = request with { Sampling = new() { Temperature = 0 } };

        var answer = await engine.AnswerAsync(request);
        var greedy = await engine.AnswerAsync(cold);

        Assert.Equal(20, answer.LogProbs.Count);
        Assert.Equal(answer.Text, Encoding.UTF8.GetString([.. answer.LogProbs.SelectMany(logProb => logProb.Bytes.ToArray())]));
        Assert.All(answer.LogProbs, logProb => Assert.Equal(logProb.Top.OrderByDescending(top => top.LogProb), logProb.Top));
        Assert.All(answer.LogProbs, logProb => Assert.InRange(logProb.Top.Sum(top => Math.Exp(top.LogProb)), 0, 1.0001));
        Assert.All(greedy.LogProbs, logProb => Assert.Equal(logProb.Top[0].LogProb, logProb.LogProb));

        // Temperature changes the choice, not the report.
        Assert.Equal(answer.LogProbs[0].Top.Select(top => top.LogProb), greedy.LogProbs[0].Top.Select(top => top.LogProb));
    }

    [Fact]
    public async Task Characters_cut_between_tokens_come_whole()
    {
        await using var engine = new InferenceEngine(s_model);
        var bytes = Encoding.UTF8.GetBytes("中");
        var bias = new Dictionary<int, float>();
        foreach (var value in bytes)
        {
            bias[5 + value] = 1000;
        }

        var request = s_model.Greedy("hello", 9) with { Sampling = new() { Temperature = 0, FrequencyPenalty = 100, LogitBias = bias } };

        await foreach (var update in engine.Start(request, Cancellation).ReadAllAsync(Cancellation))
        {
            // Throws where the bytes are no whole characters.
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(update.Text.Span);
        }
    }

    [Fact]
    public async Task Values_out_of_range_are_refused()
    {
        await using var engine = new InferenceEngine(s_model);
        var request = s_model.Greedy("hello", 5);
        GenerationRequest[] wrong =
        [
            request with { Prompt = [] },
            request with { Prompt = [-1] },
            request with { Prompt = [100_000] },
            request with { MaxTokens = 0 },
            request with { Choices = 0 },
            request with { TopLogProbs = 21 },
            request with { Sampling = new() { Temperature = -1 } },
            request with { Sampling = new() { Temperature = float.NaN } },
            request with { Sampling = new() { TopP = 2 } },
            request with { Sampling = new() { TopK = -1 } },
            request with { Sampling = new() { MinP = -0.1f } },
            request with { Sampling = new() { RepetitionPenalty = 0 } },
            request with { Sampling = new() { LogitBias = new Dictionary<int, float> { [-5] = 1 } } },
        ];

        Assert.All(wrong, one => Assert.Throws<ArgumentException>(() => engine.Start(one, Cancellation)));
    }

    [Fact]
    public async Task A_long_prompt_does_not_hold_up_a_short_answer()
    {
        using var model = new TestModel { Context = 20_000 }.Load();
        await using var engine = new InferenceEngine(model, new() { PrefillChunk = 16 });
        var slow = engine.Start(new() { Prompt = [.. Enumerable.Repeat(300, 15_000)], MaxTokens = 1 }, Cancellation).AnswersAsync();

        var quick = await engine.AnswerAsync(model.Greedy("a", 5));

        Assert.False(slow.IsCompleted);
        Assert.Equal(5, quick.Tokens);
        await slow;
    }

    private static GenerationRequest Random(LanguageModel model, string prompt, ulong seed) =>
        model.Greedy(prompt, 40) with { Sampling = new() { Temperature = 1.2f, TopP = 0.95f, FrequencyPenalty = 0.3f, Seed = seed } };
}
