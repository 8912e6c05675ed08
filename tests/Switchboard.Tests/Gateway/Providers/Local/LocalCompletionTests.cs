using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Tests.Gateway.Providers.Local;

public sealed class LocalCompletionTests
{
    private const string Greedy = "\"model\":\"small\",\"temperature\":0,\"ignore_eos\":true,\"max_tokens\":6";

    [Fact]
    public async Task An_answer_has_openais_shape_and_sixteen_tokens_where_nothing_is_said()
    {
        await using var local = new LocalHarness();

        var answer = await local.AnswerAsync(ApiOperation.Completions, """{"model":"small","prompt":"a b","ignore_eos":true}""");

        Assert.Equal(["id", "object", "created", "model", "system_fingerprint", "choices", "usage"], NamesOf(answer));
        Assert.Equal("text_completion", answer.GetProperty("object").GetString());
        Assert.Equal(["text", "index", "logprobs", "finish_reason"], NamesOf(answer.GetProperty("choices")[0]));
        Assert.Equal(16, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Several_prompts_are_answered_each_as_if_alone_and_counted_on()
    {
        await using var local = new LocalHarness();
        var first = await TextAsync(local, "\"a b\"");
        var second = await TextAsync(local, "\"c d e\"");

        var both = await local.AnswerAsync(ApiOperation.Completions, $$"""{{{Greedy}},"prompt":["a b","c d e"]}""");
        var chunks = await local.StreamAsync(ApiOperation.Completions, $$$"""{{{{Greedy}}},"prompt":["a b","c d e"],"stream":true,"stream_options":{"include_usage":true}}""");

        Assert.Equal([first, second], both.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString()));
        Assert.Equal([0, 1], both.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal([first, second], Enumerable.Range(0, 2).Select(i => Text(chunks, i)));
        Assert.Equal(both.GetProperty("usage").GetRawText(), chunks[^1].GetProperty("usage").GetRawText());
    }

    [Fact]
    public async Task With_n_the_choices_of_the_second_prompt_begin_at_n()
    {
        await using var local = new LocalHarness();
        const string Body = """{"model":"small","seed":3,"max_tokens":4,"ignore_eos":true,"n":2,"prompt":["a b","c d e"]}""";

        var answer = await local.AnswerAsync(ApiOperation.Completions, Body);
        var chunks = await local.StreamAsync(ApiOperation.Completions, Body.Replace("\"n\":2", "\"n\":2,\"stream\":true", StringComparison.Ordinal));

        Assert.Equal([0, 1, 2, 3], answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal(
            answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString()),
            Enumerable.Range(0, 4).Select(i => Text(chunks, i)));
    }

    [Fact]
    public async Task Tokens_are_a_prompt_too()
    {
        await using var local = new LocalHarness();

        // <s>, then "▁a" and "▁b" of the test model's vocabulary.
        var tokens = await TextAsync(local, "[1,287,288]");

        Assert.Equal(await TextAsync(local, "\"a b\""), tokens);
        Assert.Equal(tokens, await TextAsync(local, "[[1,287,288]]"));
    }

    [Fact]
    public async Task Echo_puts_the_prompt_before_the_answer()
    {
        await using var local = new LocalHarness();
        var plain = await TextAsync(local, "\"a b\"");

        var echoed = await local.AnswerAsync(ApiOperation.Completions, $$"""{{{Greedy}},"prompt":"a b","echo":true}""");
        var chunks = await local.StreamAsync(ApiOperation.Completions, $$"""{{{Greedy}},"prompt":"a b","echo":true,"stream":true}""");

        Assert.Equal("a b" + plain, echoed.GetProperty("choices")[0].GetProperty("text").GetString());
        Assert.Equal("a b" + plain, Text(chunks, 0));
    }

    [Fact]
    public async Task Log_probabilities_are_four_arrays_of_one_length()
    {
        await using var local = new LocalHarness();

        var answer = await local.AnswerAsync(ApiOperation.Completions, $$"""{{{Greedy}},"prompt":"a b","logprobs":2}""");

        var logProbs = answer.GetProperty("choices")[0].GetProperty("logprobs");
        Assert.Equal(["tokens", "token_logprobs", "top_logprobs", "text_offset"], NamesOf(logProbs));
        Assert.All(logProbs.EnumerateObject(), member => Assert.Equal(6, member.Value.GetArrayLength()));
        Assert.Equal(0, logProbs.GetProperty("text_offset")[0].GetInt32());
        Assert.Equal(logProbs.GetProperty("tokens")[0].GetString()!.Length, logProbs.GetProperty("text_offset")[1].GetInt32());
    }

    [Fact]
    public async Task Best_of_gives_the_likeliest_and_counts_all()
    {
        await using var local = new LocalHarness();

        var answer = await local.AnswerAsync(ApiOperation.Completions, """{"model":"small","prompt":"a b","seed":1,"best_of":4,"n":2,"max_tokens":5,"ignore_eos":true,"logprobs":0}""");

        var means = answer.GetProperty("choices").EnumerateArray()
            .Select(choice => choice.GetProperty("logprobs").GetProperty("token_logprobs").EnumerateArray().Average(value => value.GetDouble())).ToArray();
        Assert.Equal(2, means.Length);
        Assert.True(means[0] >= means[1]);
        Assert.Equal(20, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("top_logprobs").ValueKind);
    }

    private static async Task<string?> TextAsync(LocalHarness local, string prompt) =>
        (await local.AnswerAsync(ApiOperation.Completions, $$"""{{{Greedy}},"prompt":{{prompt}}}""")).GetProperty("choices")[0].GetProperty("text").GetString();

    private static string Text(IEnumerable<JsonElement> chunks, int index) => string.Concat(chunks
        .SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray())
        .Where(choice => choice.GetProperty("index").GetInt32() == index)
        .Select(choice => choice.GetProperty("text").GetString()));

    private static IEnumerable<string> NamesOf(JsonElement json) => json.EnumerateObject().Select(member => member.Name);
}
