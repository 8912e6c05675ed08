using System.Text;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Tests.Gateway.Requests;

/// <summary>The ranges and contradictions that <c>strict</c> checks, a row a parameter.</summary>
public sealed class ParameterTests
{
    private const string Tool = """{"type":"function","function":{"name":"f","parameters":{}}}""";

    [Theory]
    [InlineData("\"temperature\":2.1", "temperature", "a number between 0 and 2, but the number 2.1 came")]
    [InlineData("\"temperature\":-0.1", "temperature", "between 0 and 2")]
    [InlineData("\"temperature\":\"1\"", "temperature", "but a string came")]
    [InlineData("\"top_p\":0", "top_p", "a number above 0 and up to 1, but the number 0 came")]
    [InlineData("\"top_p\":1.01", "top_p", "above 0 and up to 1")]
    [InlineData("\"frequency_penalty\":-2.5", "frequency_penalty", "between -2 and 2")]
    [InlineData("\"presence_penalty\":3", "presence_penalty", "between -2 and 2")]
    [InlineData("\"logit_bias\":[]", "logit_bias", "an object of token ids")]
    [InlineData("\"logit_bias\":{\"5\":101}", "logit_bias", "between -100 and 100, but the number 101 came")]
    [InlineData("\"logit_bias\":{\"five\":1}", "logit_bias", "the name 'five' came")]
    [InlineData("\"logit_bias\":{\"5\":null}", "logit_bias", "but null came")]
    [InlineData("\"logprobs\":1", "logprobs", "a boolean")]
    [InlineData("\"logprobs\":true,\"top_logprobs\":21", "top_logprobs", "an integer between 0 and 20")]
    [InlineData("\"logprobs\":true,\"top_logprobs\":1.5", "top_logprobs", "but the number 1.5 came")]
    [InlineData("\"top_logprobs\":2", "top_logprobs", "only allowed when 'logprobs' is true")]
    [InlineData("\"logprobs\":false,\"top_logprobs\":2", "top_logprobs", "only allowed when 'logprobs' is true")]
    [InlineData("\"max_tokens\":0", "max_tokens", "an integer between 1 and 1048576, but the number 0 came")]
    [InlineData("\"max_completion_tokens\":1048577", "max_completion_tokens", "between 1 and 1048576")]
    [InlineData("\"max_tokens\":5,\"max_completion_tokens\":5", "max_tokens", "give one of them")]
    [InlineData("\"response_format\":\"json\"", "response_format", "an object")]
    [InlineData("\"response_format\":{}", "response_format.type", "missing")]
    [InlineData("\"response_format\":{\"type\":\"xml\"}", "response_format.type", "'xml' came")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\"}", "response_format.json_schema", "missing")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}", "response_format.json_schema.name", "missing")]
    [InlineData("\"response_format\":{\"json_schema\":{\"name\":\"\",\"schema\":{}},\"type\":\"json_schema\"}", "response_format.json_schema.name", "an empty string came")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\"}}", "response_format.json_schema.schema", "missing")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":[]}}", "response_format.json_schema.schema", "an array came")]
    [InlineData("\"stop\":\"\"", "stop", "an empty string came")]
    [InlineData("\"stop\":[]", "stop", "1 to 32")]
    [InlineData("\"stop\":[\"a\",\"\"]", "stop", "an empty string came")]
    [InlineData("\"stop\":{}", "stop", "an object came")]
    [InlineData("\"stop\":[-1]", "stop", "the number -1 came")]
    [InlineData("\"tools\":{}", "tools", "an array")]
    [InlineData("\"tools\":[5]", "tools[0]", "an object")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{}}]", "tools[0].function.name", "missing")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"\"}}]", "tools[0].function.name", "1 to 128")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]", "tools[0].function.name", "'a b' came")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":[]}}]", "tools[0].function.parameters", "an object, but an array came")]
    [InlineData("\"tool_choice\":\"required\"", "tool_choice", "only allowed when 'tools' is given")]
    [InlineData("\"tool_choice\":\"required\",\"tools\":[]", "tool_choice", "only allowed when 'tools' is given")]
    [InlineData("\"tool_choice\":\"always\"", "tool_choice", "'always' came")]
    [InlineData("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}},\"tools\":[" + Tool + "]", "tool_choice", "names the function 'g', which is not in 'tools'")]
    [InlineData("\"user\":\" \"", "user", "a blank string")]
    [InlineData("\"n\":2,\"temperature\":0", "n", "all answers would be the same")]
    public void A_chat_out_of_bounds_is_refused_when_strict(string members, string param, string message) =>
        Refused(ApiOperation.ChatCompletions, $$"""{"model":"m","messages":[{"role":"user","content":"Hi"}],{{members}}}""", param, message);

    [Theory]
    [InlineData("[5]", "messages[0]", "an object")]
    [InlineData("""[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"[1]"}}]}]""", "messages[0].tool_calls[0].function.arguments", "a JSON object")]
    [InlineData("""[{"role":"user"},{"role":"assistant","tool_calls":[{},{"function":{"arguments":"{\"a\":"}}]}]""", "messages[1].tool_calls[1].function.arguments", "a JSON object")]
    [InlineData("""[{"role":"assistant","tool_calls":[{"function":{"arguments":{}}}]}]""", "messages[0].tool_calls[0].function.arguments", "a JSON object")]
    public void Messages_are_looked_into_when_strict(string messages, string param, string message) =>
        Refused(ApiOperation.ChatCompletions, $$"""{"model":"m","messages":{{messages}}}""", param, message);

    [Theory]
    [InlineData("\"prompt\":[\"a\",\"\"]", "prompt[1]", "an empty string")]
    [InlineData("\"prompt\":[[1],[]]", "prompt[1]", "an empty array")]
    [InlineData("\"prompt\":[1,\"a\"]", "prompt", "a string came")]
    [InlineData("\"prompt\":[[-1]]", "prompt[0]", "the number -1")]
    [InlineData("\"prompt\":\"x\",\"logprobs\":6", "logprobs", "between 0 and 5")]
    [InlineData("\"prompt\":\"x\",\"best_of\":21", "best_of", "between 0 and 20")]
    [InlineData("\"prompt\":\"x\",\"best_of\":1,\"n\":2", "best_of", "'best_of' is 1, but 'n' asks for 2")]
    [InlineData("\"prompt\":\"x\",\"max_tokens\":1.5", "max_tokens", "an integer")]
    [InlineData("\"prompt\":[\"a\",\"b\"],\"n\":65", "n", "2 prompts with 'n' 65 are 130 answers; 128 are the most")]
    public void A_completion_out_of_bounds_is_refused_when_strict(string members, string param, string message) =>
        Refused(ApiOperation.Completions, $$"""{"model":"m",{{members}}}""", param, message);

    [Fact]
    public void A_suffix_may_have_ten_thousand_characters_not_bytes()
    {
        var longest = new string('\u00e9', 10_000);

        Refused(ApiOperation.Completions, $$"""{"model":"m","prompt":"x","suffix":"{{longest}}!"}""", "suffix", "a string of 10001");
        Taken(ApiOperation.Completions, $$"""{"model":"m","prompt":"x","suffix":"{{longest}}"}""", strict: true);
    }

    [Theory]
    [InlineData("\"input\":[\"\"]", "input[0]", "an empty string")]
    [InlineData("\"input\":\"x\",\"encoding_format\":\"hex\"", "encoding_format", "'float' or 'base64', but 'hex' came")]
    [InlineData("\"input\":\"x\",\"dimensions\":0", "dimensions", "an integer of at least 1")]
    [InlineData("\"input\":\"x\",\"user\":\"\"", "user", "an empty string")]
    public void Embeddings_out_of_bounds_are_refused_when_strict(string members, string param, string message) =>
        Refused(ApiOperation.Embeddings, $$"""{"model":"m",{{members}}}""", param, message);

    [Theory]
    [InlineData("\"temperature\":3", "temperature", "between 0 and 2")]
    [InlineData("\"top_logprobs\":21", "top_logprobs", "between 0 and 20")]
    [InlineData("\"max_output_tokens\":0", "max_output_tokens", "between 1 and 1048576")]
    [InlineData("\"max_tool_calls\":0", "max_tool_calls", "at least 1")]
    [InlineData("\"tools\":[{\"type\":\"function\"}]", "tools[0].name", "missing")]
    [InlineData("\"tool_choice\":{\"type\":\"function\",\"name\":\"g\"},\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]", "tool_choice", "names the function 'g'")]
    [InlineData("\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"x\"}}", "text.format.schema", "missing")]
    public void A_response_out_of_bounds_is_refused_when_strict(string members, string param, string message) =>
        Refused(ApiOperation.Responses, $$"""{"model":"m","input":"x",{{members}}}""", param, message);

    [Fact]
    public void Thirty_two_stops_and_1536_tools_are_the_most()
    {
        Refused(ApiOperation.ChatCompletions, Chat($"\"stop\":[{Many("\"s\"", 33)}]"), "stop", "an array of 33");
        Taken(ApiOperation.ChatCompletions, Chat($"\"stop\":[{Many("\"s\"", 32)}]"), strict: true);
        Refused(ApiOperation.ChatCompletions, Chat($"\"tools\":[{Many(Tool, 1537)}]"), "tools", "at most 1536 tools, but an array of 1537 came");
        Taken(ApiOperation.ChatCompletions, Chat($"\"tools\":[{Many(Tool, 1536)}]"), strict: true);
    }

    [Theory]
    [InlineData("\"temperature\":0,\"top_p\":1,\"n\":1,\"stop\":[1,\"a\"],\"user\":\"u\",\"logprobs\":true,\"top_logprobs\":20")]
    [InlineData("\"temperature\":null,\"top_p\":null,\"tools\":null,\"stop\":null,\"logit_bias\":null,\"response_format\":null,\"user\":null,\"tool_choice\":null")]
    [InlineData("\"max_tokens\":16.0,\"max_completion_tokens\":null,\"logit_bias\":{\"50256\":-100,\"\\u0035\":1e2}")]
    [InlineData("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"\\u0066\"}},\"tools\":[" + Tool + "]")]
    [InlineData("\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\"}},\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"c\"}}]")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"type\":\"object\"},\"strict\":true}}")]
    public void What_is_in_bounds_passes(string members) => Taken(ApiOperation.ChatCompletions, Chat(members), strict: true);

    [Fact]
    public void Arguments_that_are_an_object_or_nothing_pass() => Taken(
        ApiOperation.ChatCompletions,
        """{"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{"arguments":""}},{"function":{"arguments":" {\"a\":[1]} "}},{"custom":{"input":"x"}}]}]}""",
        strict: true);

    [Fact]
    public void Without_strict_the_provider_judges()
    {
        Taken(ApiOperation.ChatCompletions, Chat("\"temperature\":9,\"top_logprobs\":99,\"stop\":[],\"tool_choice\":\"required\",\"n\":2,\"top_p\":0,\"x\":1"), strict: false);
        Taken(ApiOperation.Completions, """{"model":"m","prompt":["","a"],"best_of":1,"n":2}""", strict: false);
    }

    [Theory]
    [InlineData("\"user\":\"\",\"temperature\":9,\"frequency_penalty\":9", "frequency_penalty")]
    [InlineData("\"user\":\"\",\"temperature\":9", "temperature")]
    [InlineData("\"n\":2,\"temperature\":0,\"user\":\"\"", "user")]
    [InlineData("\"tool_choice\":\"required\",\"user\":\"\"", "tool_choice")]
    [InlineData("\"temperature\":9,\"x\":1", "x")]
    [InlineData("\"temperature\":9,\"stream_options\":{}", "stream_options")]
    public void The_first_fault_in_the_order_of_the_table_is_told(string members, string param) =>
        Refused(ApiOperation.ChatCompletions, Chat(members), param, "");

    [Fact]
    public void Two_ways_to_go_on_from_before_exclude_each_other_always()
    {
        const string Both = """{"model":"m","input":"x","previous_response_id":"r","conversation":"c"}""";

        Assert.False(RequestReader.TryRead(Encoding.UTF8.GetBytes(Both), ApiOperation.Responses, strict: false, out _, out var error));
        Assert.Equal((400, "previous_response_id"), (error.Status, error.Body.Param));
        Taken(ApiOperation.Responses, """{"model":"m","input":"x","previous_response_id":"r","conversation":null}""", strict: false);
    }

    [Fact]
    public void What_is_null_stands_for_nothing()
    {
        Assert.False(RequestReader.TryRead("""{"model":"m","previous_response_id":null}"""u8, ApiOperation.Responses, strict: false, out _, out var error));
        Assert.Equal("input", error.Body.Param);
    }

    [Theory]
    [InlineData("\"top_k\":-2", "top_k", "an integer of at least -1")]
    [InlineData("\"min_p\":1.5", "min_p", "between 0 and 1")]
    [InlineData("\"repetition_penalty\":0", "repetition_penalty", "above 0 and up to 2")]
    [InlineData("\"cache_salt\":5", "cache_salt", "a string")]
    [InlineData("\"detokenize\":5", "detokenize", "a boolean")]
    [InlineData("\"stop_token_ids\":[\"a\"]", "stop_token_ids", "an array of token ids")]
    [InlineData("\"bad_words_token_ids\":[1]", "bad_words_token_ids", "an array of arrays of token ids")]
    [InlineData("\"chat_template_args\":{\"chat_template\":\"x\"}", "chat_template_args", "without 'chat_template'")]
    public void Extensions_are_checked_where_they_are_known(string members, string param, string message)
    {
        var policy = RequestPolicy.Of(new GatewayConfiguration { Server = new ServerSettings { Strict = true, Compat = ApiCompat.Dynamo } });

        var reading = RequestReader.Read(Encoding.UTF8.GetBytes(Chat(members)), ApiOperation.ChatCompletions, policy);

        Assert.Equal((400, param), (reading.Error?.Status, reading.Error?.Body.Param));
        Assert.Contains(message, reading.Error!.Body.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embedded_prompts_are_base64_of_some_length()
    {
        var policy = RequestPolicy.Of(new GatewayConfiguration { Server = new ServerSettings { Strict = true, Compat = ApiCompat.Dynamo } });

        Assert.Equal("prompt_embeds", Read("!!").Error?.Body.Param);
        Assert.Equal("prompt_embeds", Read(Convert.ToBase64String(new byte[99])).Error?.Body.Param);
        Assert.True(Read(Convert.ToBase64String(new byte[100])).IsTaken);

        RequestReading Read(string embeds) => RequestReader.Read(Encoding.UTF8.GetBytes($$"""{"model":"m","prompt_embeds":"{{embeds}}"}"""), ApiOperation.Completions, policy);
    }

    [Fact]
    public void Nothing_is_allocated_for_what_is_right()
    {
        var plain = Encoding.UTF8.GetBytes("""{"model":"m","messages":[{"role":"user","content":"Hi"}]}""");
        var full = Encoding.UTF8.GetBytes(Chat("\"temperature\":1,\"stop\":[\"a\",\"b\"],\"user\":\"u\",\"tools\":[" + Tool + "],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},\"logit_bias\":{\"5\":1},\"response_format\":{\"type\":\"text\"}"));

        Assert.Equal(AllocatedFor(plain), AllocatedFor(full));
    }

    private static long AllocatedFor(byte[] body)
    {
        Assert.True(RequestReader.TryRead(body, ApiOperation.ChatCompletions, strict: true, out _, out var error), error?.Body.Message);
        var before = GC.GetAllocatedBytesForCurrentThread();
        RequestReader.TryRead(body, ApiOperation.ChatCompletions, strict: true, out _, out _);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Chat(string members) => $$"""{"model":"m","messages":[{"role":"user","content":"Hi"}],{{members}}}""";

    private static string Many(string one, int count) => string.Join(',', Enumerable.Repeat(one, count));

    private static void Taken(ApiOperation operation, string body, bool strict) =>
        Assert.True(RequestReader.TryRead(Encoding.UTF8.GetBytes(body), operation, strict, out _, out var error), error?.Body.Message);

    private static void Refused(ApiOperation operation, string body, string param, string message)
    {
        Assert.False(RequestReader.TryRead(Encoding.UTF8.GetBytes(body), operation, strict: true, out _, out var error));
        Assert.Equal((400, "invalid_request_error", param), (error.Status, error.Body.Type, error.Body.Param));
        Assert.Contains(message, error.Body.Message, StringComparison.Ordinal);
    }
}
