using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Testing.Time;
using Switchboard.Tests.Engine;

namespace Switchboard.Tests.Gateway.Providers.Local;

public sealed class LocalChatTests
{
    private const string Greedy = "\"temperature\":0,\"ignore_eos\":true,\"max_tokens\":12";

    [Fact]
    public async Task An_answer_has_openais_shape_member_by_member()
    {
        await using var local = new LocalHarness();

        var answer = await local.ChatAsync(Greedy);

        Assert.Equal(["id", "object", "created", "model", "choices", "usage", "service_tier", "system_fingerprint"], NamesOf(answer));
        Assert.Matches("^chatcmpl-[0-9a-f]{29}$", answer.GetProperty("id").GetString()!);
        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        var choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal(["index", "message", "logprobs", "finish_reason"], NamesOf(choice));
        Assert.Equal(["role", "content", "refusal", "annotations"], NamesOf(choice.GetProperty("message")));
        Assert.Equal("assistant", choice.GetProperty("message").GetProperty("role").GetString());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("logprobs").ValueKind);
        Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
        var usage = answer.GetProperty("usage");
        Assert.Equal(["prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details", "completion_tokens_details"], NamesOf(usage));
        Assert.Equal(12, usage.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(usage.GetProperty("total_tokens").GetInt32(), usage.GetProperty("prompt_tokens").GetInt32() + 12);
    }

    [Fact]
    public async Task Who_leaves_the_temperature_out_gets_what_the_file_advises()
    {
        const string Twelve = "\"ignore_eos\":true,\"max_tokens\":12";
        await using var local = new LocalHarness(new TestModel { Temperature = 0 });
        var greedy = Assert.Single(ContentsOf(await local.ChatAsync(Greedy)));

        Assert.Equal(greedy, Assert.Single(ContentsOf(await local.ChatAsync($"{Twelve},\"seed\":1"))));
        Assert.Equal(greedy, Assert.Single(ContentsOf(await local.ChatAsync($"{Twelve},\"seed\":2"))));
        Assert.NotEqual(greedy, Assert.Single(ContentsOf(await local.ChatAsync($"{Twelve},\"seed\":1,\"temperature\":1"))));

        // Several answers without chance would be the same one.
        Assert.Equal(2, ContentsOf(await local.ChatAsync($"{Twelve},\"seed\":1,\"n\":2")).Distinct().Count());

        var text = (await local.AnswerAsync(ApiOperation.Completions, $$"""{"model":"small","prompt":"a b c",{{Twelve}},"seed":1}""")).GetProperty("choices")[0].GetProperty("text").GetString();
        Assert.Equal((await local.AnswerAsync(ApiOperation.Completions, $$"""{"model":"small","prompt":"a b c",{{Greedy}}}""")).GetProperty("choices")[0].GetProperty("text").GetString(), text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"stream_options\":{\"include_usage\":true}")]
    public async Task A_stream_says_the_same_as_the_whole_answer(string options)
    {
        await using var local = new LocalHarness();
        var whole = await local.ChatAsync(Greedy);

        var chunks = await local.StreamAsync(ApiOperation.ChatCompletions, LocalHarness.ChatBody($"{Greedy},\"stream\":true{options}"));

        var withUsage = options.Length > 0;
        Assert.All(chunks, chunk => Assert.Equal(
            withUsage ? ["id", "object", "created", "model", "system_fingerprint", "choices", "usage"] : ["id", "object", "created", "model", "system_fingerprint", "choices"],
            NamesOf(chunk)));
        Assert.Single(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct());
        if (withUsage)
        {
            Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
            Assert.Equal(whole.GetProperty("usage").GetRawText(), chunks[^1].GetProperty("usage").GetRawText());
            Assert.All(chunks[..^1], chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
            chunks.RemoveAt(chunks.Count - 1);
        }

        Assert.Equal("""{"role":"assistant","content":"","refusal":null}""", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetRawText());
        Assert.Equal("{}", chunks[^1].GetProperty("choices")[0].GetProperty("delta").GetRawText());
        Assert.Equal("length", chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(whole.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), Text(chunks[1..^1]));
    }

    [Fact]
    public async Task Several_choices_each_have_their_role_text_and_end()
    {
        await using var local = new LocalHarness();
        const string Members = "\"n\":3,\"seed\":5,\"max_tokens\":6,\"ignore_eos\":true";
        var whole = await local.ChatAsync(Members);

        var chunks = await local.StreamAsync(ApiOperation.ChatCompletions, LocalHarness.ChatBody(Members + ",\"stream\":true"));

        for (var i = 0; i < 3; i++)
        {
            var own = chunks.Where(chunk => chunk.GetProperty("choices")[0].GetProperty("index").GetInt32() == i).ToList();
            Assert.Equal(whole.GetProperty("choices")[i].GetProperty("message").GetProperty("content").GetString(), Text(own[1..^1]));
            Assert.Single(own, chunk => chunk.GetProperty("choices")[0].GetProperty("finish_reason").ValueKind == JsonValueKind.String);
        }

        Assert.Equal(18, whole.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Log_probabilities_come_token_by_token()
    {
        await using var local = new LocalHarness();

        var answer = await local.ChatAsync(Greedy + ",\"logprobs\":true,\"top_logprobs\":3");

        var tokens = answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").EnumerateArray().ToArray();
        Assert.Equal(12, tokens.Length);
        Assert.All(tokens, token =>
        {
            Assert.Equal(["token", "logprob", "bytes", "top_logprobs"], NamesOf(token));
            Assert.Equal(3, token.GetProperty("top_logprobs").GetArrayLength());
            Assert.Equal(token.GetProperty("token").GetString(), token.GetProperty("top_logprobs")[0].GetProperty("token").GetString());
            Assert.InRange(token.GetProperty("logprob").GetDouble(), -100, 0);
        });
    }

    [Theory]
    [InlineData("""[{"type":"text","text":"a "},{"type":"text","text":"b c"}]""", "user")]
    [InlineData("\"a b c\"", "user")]
    public async Task Content_may_be_a_text_or_parts_of_text(string content, string role)
    {
        await using var local = new LocalHarness();
        var expected = await local.ChatAsync(Greedy);

        var answer = await local.AnswerAsync(ApiOperation.ChatCompletions, $$"""{"model":"small","messages":[{"role":"{{role}}","content":{{content}}}],{{Greedy}}}""");

        Assert.Equal(expected.GetProperty("choices").GetRawText(), answer.GetProperty("choices").GetRawText());
    }

    [Fact]
    public async Task A_whole_conversation_with_tools_in_it_is_read()
    {
        await using var local = new LocalHarness();

        var answer = await local.AnswerAsync(ApiOperation.ChatCompletions, $$$$"""
            {"model":"small","messages":[
              {"role":"developer","content":"Be brief."},
              {"role":"user","content":"Weather?","name":"ann"},
              {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"w","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"1","content":"sun"}],
             "tools":[{"type":"function","function":{"name":"w","parameters":{"type":"object"}}}],"tool_choice":"auto","parallel_tool_calls":false,
             "store":true,"metadata":{"a":"b"},"response_format":{"type":"text"},"modalities":["text"],"frobnicate":[1],{{{{Greedy}}}}}
            """);

        Assert.Equal(12, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task A_conversation_longer_than_the_context_is_refused_in_openais_words()
    {
        await using var local = new LocalHarness();
        var words = string.Concat(Enumerable.Repeat("a ", 400));

        var error = await local.ErrorAsync(ApiOperation.ChatCompletions, $$"""{"model":"small","messages":[{"role":"user","content":"{{words}}"}]}""");

        Assert.Equal((400, "messages", "context_length_exceeded"), (error.Status, error.Body.Param, error.Body.Code));
        Assert.StartsWith("This model's maximum context length is 256 tokens. However, your messages resulted in ", error.Body.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_its_generation()
    {
        await using var local = new LocalHarness(new TestModel { Context = 1 << 17 });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var (call, sink) = LocalHarness.Call(ApiOperation.ChatCompletions, LocalHarness.ChatBody("\"stream\":true,\"ignore_eos\":true"));
        var running = local.RunAsync(call, leaving.Token).AsTask();
        await sink.ReadEventAsync();
        Assert.Equal(1, local.Provider.ActiveSequences);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await UntilIdleAsync(local);
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_its_generation()
    {
        await using var local = new LocalHarness(new TestModel { Context = 1 << 17 });
        var (call, sink) = LocalHarness.Call(ApiOperation.ChatCompletions, LocalHarness.ChatBody("\"stream\":true,\"ignore_eos\":true"));
        var running = local.RunAsync(call).AsTask();
        await sink.ReadEventAsync();

        sink.Leave();

        Assert.False((await running.WithinAsync("the call to end", TestContext.Current.CancellationToken)).IsError);
        await UntilIdleAsync(local);
    }

    private static async Task UntilIdleAsync(LocalHarness local)
    {
        using var limit = new CancellationTokenSource(TimeLimit.Default);
        while (local.Provider.ActiveSequences > 0)
        {
            await Task.Delay(1, limit.Token);
        }
    }

    private static IEnumerable<string> NamesOf(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private static string Text(IEnumerable<JsonElement> chunks) =>
        string.Concat(chunks.Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString()));

    private static string[] ContentsOf(JsonElement answer) =>
        [.. answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("message").GetProperty("content").GetString()!)];
}
