using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.Local;

namespace Switchboard.Tests.Gateway.Providers.Local;

public sealed class LocalRefusalTests
{
    [Theory]
    [InlineData("\"temperature\":2.1", "temperature")]
    [InlineData("\"temperature\":-0.1", "temperature")]
    [InlineData("\"temperature\":\"hot\"", "temperature")]
    [InlineData("\"temperature\":1e999", "temperature")]
    [InlineData("\"top_p\":0", "top_p")]
    [InlineData("\"top_p\":1.01", "top_p")]
    [InlineData("\"top_k\":-2", "top_k")]
    [InlineData("\"top_k\":1.5", "top_k")]
    [InlineData("\"min_p\":2", "min_p")]
    [InlineData("\"frequency_penalty\":2.5", "frequency_penalty")]
    [InlineData("\"presence_penalty\":-3", "presence_penalty")]
    [InlineData("\"repetition_penalty\":0", "repetition_penalty")]
    [InlineData("\"repetition_penalty\":2.1", "repetition_penalty")]
    [InlineData("\"seed\":1.5", "seed")]
    [InlineData("\"max_tokens\":0", "max_tokens")]
    [InlineData("\"max_completion_tokens\":1048577", "max_completion_tokens")]
    [InlineData("\"n\":2,\"temperature\":0", "n")]
    [InlineData("\"stop\":\"\"", "stop")]
    [InlineData("\"stop\":[]", "stop")]
    [InlineData("\"stop\":[\"a\",{}]", "stop")]
    [InlineData("\"stop\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33]", "stop")]
    [InlineData("\"logit_bias\":{\"a\":1}", "logit_bias")]
    [InlineData("\"logit_bias\":{\"1\":101}", "logit_bias")]
    [InlineData("\"logit_bias\":{\"999999\":1}", "logit_bias")]
    [InlineData("\"logit_bias\":[]", "logit_bias")]
    [InlineData("\"user\":\" \"", "user")]
    [InlineData("\"logprobs\":1", "logprobs")]
    [InlineData("\"logprobs\":true,\"top_logprobs\":21", "top_logprobs")]
    [InlineData("\"top_logprobs\":2", "top_logprobs")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", "response_format")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{}}", "response_format")]
    [InlineData("\"response_format\":{\"type\":\"xml\"}", "response_format.type")]
    [InlineData("\"response_format\":{}", "response_format.type")]
    [InlineData("\"tool_choice\":\"required\"", "tool_choice")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"required\"", "tool_choice")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}", "tool_choice")]
    [InlineData("\"tool_choice\":\"maybe\"", "tool_choice")]
    [InlineData("\"tools\":{}", "tools")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"two words\"}}]", "tools[0].function.name")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":[]}}]", "tools[0].function.parameters")]
    [InlineData("\"functions\":[{\"name\":\"f\"}],\"function_call\":{\"name\":\"f\"}", "function_call")]
    [InlineData("\"modalities\":[\"text\",\"audio\"]", "modalities")]
    [InlineData("\"audio\":{\"voice\":\"alloy\"}", "audio")]
    public async Task A_member_out_of_range_is_named(string members, string param)
    {
        await using var local = new LocalHarness();

        var error = await local.ErrorAsync(ApiOperation.ChatCompletions, LocalHarness.ChatBody(members));

        Assert.Equal((400, param), (error.Status, error.Body.Param));
        Assert.EndsWith(".", error.Body.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "messages[0]")]
    [InlineData("{}", "messages[0].role")]
    [InlineData("""{"role":"king","content":"x"}""", "messages[0].role")]
    [InlineData("""{"role":"user"}""", "messages[0].content")]
    [InlineData("""{"role":"user","content":null}""", "messages[0].content")]
    [InlineData("""{"role":"user","content":5}""", "messages[0].content")]
    [InlineData("""{"role":"user","content":"\ud800"}""", "messages[0].content")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,"}}]}""", "messages[0].content[0].type")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"a"},{"type":"input_audio"}]}""", "messages[0].content[1].type")]
    [InlineData("""{"role":"user","content":[{"type":"text"}]}""", "messages[0].content[0].text")]
    [InlineData("""{"role":"user","content":["a"]}""", "messages[0].content[0]")]
    [InlineData("""{"role":"user","content":"ok"},{"role":"assistant"}""", "messages[1].content")]
    public async Task A_message_that_cannot_be_read_is_named(string messages, string param)
    {
        await using var local = new LocalHarness();

        var error = await local.ErrorAsync(ApiOperation.ChatCompletions, $$"""{"model":"small","messages":[{{messages}}]}""");

        Assert.Equal((400, param), (error.Status, error.Body.Param));
    }

    [Theory]
    [InlineData("\"prompt\":[\"a\",\"\"]", "prompt[1]")]
    [InlineData("\"prompt\":[1,-2]", "prompt")]
    [InlineData("\"prompt\":[[1],[]]", "prompt[1]")]
    [InlineData("\"prompt\":[1,\"a\"]", "prompt")]
    [InlineData("\"prompt\":{}", "prompt")]
    [InlineData("\"prompt\":[99999999]", "prompt")]
    [InlineData("\"prompt\":\"a\",\"suffix\":\"b\"", "suffix")]
    [InlineData("\"prompt\":\"a\",\"best_of\":21", "best_of")]
    [InlineData("\"prompt\":\"a\",\"best_of\":1,\"n\":2", "best_of")]
    [InlineData("\"prompt\":\"a\",\"best_of\":2,\"stream\":true", "best_of")]
    [InlineData("\"prompt\":\"a\",\"logprobs\":6", "logprobs")]
    [InlineData("\"prompt\":\"a\",\"logprobs\":true", "logprobs")]
    [InlineData("\"prompt\":\"a\",\"logprobs\":0,\"echo\":true", "echo")]
    [InlineData("\"prompt\":[\"a\",\"b\"],\"n\":65", "n")]
    public async Task A_completion_out_of_range_is_named(string members, string param)
    {
        await using var local = new LocalHarness();
        var body = $$"""{"model":"small",{{members}}}""";

        var error = Switchboard.Gateway.Requests.RequestReader.TryRead(System.Text.Encoding.UTF8.GetBytes(body), ApiOperation.Completions, false, out _, out var refused)
            ? await local.ErrorAsync(ApiOperation.Completions, body)
            : refused;

        Assert.Equal((400, param), (error.Status, error.Body.Param));
    }

    [Fact]
    public void A_full_engine_is_an_overload_that_passes()
    {
        var error = LocalFaults.ToError(new EngineBusyException(64), ApiOperation.ChatCompletions, CancellationToken.None)!;

        Assert.Equal((503, "overloaded_error"), (error.Status, error.Body.Type));
        Assert.NotNull(error.RetryAfter);
    }

    [Fact]
    public void A_bug_is_no_answer() =>
        Assert.Null(LocalFaults.ToError(new InvalidOperationException(), ApiOperation.ChatCompletions, CancellationToken.None));
}
