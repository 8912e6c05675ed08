using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Tests.Budgets;

namespace Switchboard.Tests.Gateway.Requests;

public sealed class RequestReaderTests
{
    private const string Messages = """ "messages":[{"role":"user","content":"Hi"}] """;

    [Fact]
    public void Finds_the_facts()
    {
        const string Body = """{ "messages":[{"model":"no","stream":false}], "model" : "a\/b\u0020c" ,"stream":true,"n":3,"stream_options":{"x":{"include_usage":false},"include_usage":true}, "tools":[[{}]] }""";

        var facts = Read(Body);

        Assert.Equal(new RequestFacts("a/b c", facts.ModelSpan, true, true, 3) { UsagePlace = facts.UsagePlace }, facts);
        Assert.Equal("\"a\\/b\\u0020c\"", Body[facts.ModelSpan]);
    }

    [Theory]
    [InlineData("max_tokens\":100", 100)]
    [InlineData("max_completion_tokens\":9", 9)]
    [InlineData("max\\u005ftokens\":7,\"max_length\":8", 7)]
    [InlineData("max_completion_tokens\":null", 0)]
    [InlineData("max_tokens\":-1", 0)]
    [InlineData("max_tokens\":1e99", 0)]
    [InlineData("metadata\":{\"max_tokens\":\"100\"}", 0)]
    public void Tells_how_long_an_answer_may_be(string members, int tokens) =>
        Assert.Equal(tokens, Read($$"""{"model":"m",{{Messages}},"{{members}}}""").AnswerTokens);

    [Fact]
    public void Nulls_of_optional_members_count_as_absent()
    {
        var facts = Read($$"""{"model":"m",{{Messages}},"stream":null,"n":null,"stream_options":null}""");

        Assert.Equal((false, false, 1), (facts.Stream, facts.IncludeUsage, facts.Choices));
    }

    [Fact]
    public void Names_written_with_escapes_are_the_same_names()
    {
        var facts = Read($$"""{"mod\u0065l":"m",{{Messages}},"str\u0065am":true}""");

        Assert.Equal(("m", true), (facts.Model, facts.Stream));
    }

    [Theory]
    [InlineData("", null, "The body is empty")]
    [InlineData("   ", null, "The body is not valid JSON")]
    [InlineData("{", null, "not valid JSON")]
    [InlineData("{\n  \"model\": tru}", null, "(line 2, byte ")]
    [InlineData("{\"model\":\"m\"} x", null, "not valid JSON")]
    [InlineData("{\"model\":\"m\"}{}", null, "not valid JSON")]
    [InlineData("{\"model\":\"m\",}", null, "not valid JSON")]
    [InlineData("{\"model\":NaN}", null, "not valid JSON")]
    [InlineData("{\"\\ud800\":1}", null, "a lone surrogate")]
    [InlineData("[1]", null, "must be a JSON object, but an array came")]
    [InlineData("\"x\"", null, "must be a JSON object, but a string came")]
    [InlineData("null", null, "must be a JSON object, but null came")]
    [InlineData("{}", "model", "'model' is missing")]
    [InlineData("""{"model":5,"messages":[1]}""", "model", "must be a non-blank string, but the number 5 came")]
    [InlineData("""{"model":null,"messages":[1]}""", "model", "but null came")]
    [InlineData("""{"model":"","messages":[1]}""", "model", "but an empty string came")]
    [InlineData("""{"model":" \t","messages":[1]}""", "model", "but a blank string came")]
    [InlineData("""{"model":"\ud800","messages":[1]}""", "model", "a lone surrogate")]
    [InlineData("""{"model":"a","model":"b","messages":[1]}""", "model", "'model' is given twice")]
    [InlineData("""{"model":"a","messages":[1],"m\u006fdel":"a"}""", "model", "'model' is given twice")]
    [InlineData("""{"model":"m"}""", "messages", "'messages' is missing")]
    [InlineData("""{"model":"m","messages":[]}""", "messages", "but an empty array came")]
    [InlineData("""{"model":"m","messages":"hi"}""", "messages", "but a string came")]
    [InlineData("""{"model":"m","messages":{}}""", "messages", "but an object came")]
    [InlineData("""{"model":"m","messages":null}""", "messages", "but null came")]
    [InlineData("""{"model":"m","messages":[1],"stream":"true"}""", "stream", "'stream' must be a boolean, but a string came")]
    [InlineData("""{"model":"m","messages":[1],"stream":1}""", "stream", "but the number 1 came")]
    [InlineData("""{"model":"m","messages":[1],"stream_options":{}}""", "stream_options", "only allowed when 'stream' is true")]
    [InlineData("""{"model":"m","messages":[1],"stream_options":{},"stream":false}""", "stream_options", "only allowed when 'stream' is true")]
    [InlineData("""{"model":"m","messages":[1],"stream":true,"stream_options":[]}""", "stream_options", "must be an object, but an array came")]
    [InlineData("""{"model":"m","messages":[1],"stream":true,"stream_options":{"include_usage":"yes"}}""", "stream_options.include_usage", "must be a boolean, but a string came")]
    [InlineData("""{"model":"m","messages":[1],"n":0}""", "n", "between 1 and 128, but the number 0 came")]
    [InlineData("""{"model":"m","messages":[1],"n":129}""", "n", "but the number 129 came")]
    [InlineData("""{"model":"m","messages":[1],"n":1.5}""", "n", "but the number 1.5 came")]
    [InlineData("""{"model":"m","messages":[1],"n":"2"}""", "n", "but a string came")]
    [InlineData("""{"model":"m","messages":[1],"n":99999999999999999999}""", "n", "but the number 99999999999999999999 came")]
    public void Refuses_what_no_provider_could_answer(string body, string? param, string message)
    {
        var error = Refuse(Encoding.UTF8.GetBytes(body), ApiOperation.ChatCompletions);

        Assert.Equal((400, "invalid_request_error", param), (error.Status, error.Body.Type, error.Body.Param));
        Assert.Contains(message, error.Body.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_json_is_told_before_a_wrong_value()
    {
        var error = Refuse("""{"model":5,"messages":[1],"x":}"""u8, ApiOperation.ChatCompletions);

        Assert.Equal("invalid_json", error.Body.Code);
    }

    [Theory]
    [InlineData(ApiOperation.Completions, """{"model":"m","prompt":"x"}""", true)]
    [InlineData(ApiOperation.Completions, """{"model":"m","prompt":[[1,2]]}""", true)]
    [InlineData(ApiOperation.Completions, """{"model":"m","prompt":""}""", false)]
    [InlineData(ApiOperation.Completions, """{"model":"m","prompt":[]}""", false)]
    [InlineData(ApiOperation.Completions, """{"model":"m","prompt":1}""", false)]
    [InlineData(ApiOperation.Completions, """{"model":"m","input":"x"}""", false)]
    [InlineData(ApiOperation.Completions, """{"model":"m","prompt":"x","n":0}""", false)]
    [InlineData(ApiOperation.Embeddings, """{"model":"m","input":"x"}""", true)]
    [InlineData(ApiOperation.Embeddings, """{"model":"m","input":["x"],"n":0,"stream":"x"}""", true)]
    [InlineData(ApiOperation.Embeddings, """{"model":"m","input":""}""", false)]
    [InlineData(ApiOperation.Embeddings, """{"model":"m","prompt":"x"}""", false)]
    public void Looks_at_the_members_of_its_operation(ApiOperation operation, string body, bool isTaken) =>
        Assert.Equal(isTaken, RequestReader.TryRead(Encoding.UTF8.GetBytes(body), operation, false, out _, out _));

    [Fact]
    public void Embeddings_neither_stream_nor_have_choices()
    {
        Assert.True(RequestReader.TryRead("""{"model":"m","input":"x","n":4,"stream":true}"""u8, ApiOperation.Embeddings, false, out var facts, out _));

        Assert.Equal((false, 1), (facts.Stream, facts.Choices));
    }

    [Fact]
    public void Names_the_byte_that_is_not_utf8()
    {
        var error = Refuse([.. "{\"a\":\"é"u8, 0xFF, .. "\"}"u8], ApiOperation.ChatCompletions);

        Assert.Equal("The body is not valid UTF-8: byte 9 (0xFF) begins no character.", error.Body.Message);
    }

    [Theory]
    [InlineData(RequestReader.MaxDepth - 3, true)]
    [InlineData(RequestReader.MaxDepth + 1, false)]
    public void Nests_as_deep_as_schemas_do_and_no_deeper(int depth, bool isTaken)
    {
        var nested = $$"""{"model":"m",{{Messages}},"x":{{new string('[', depth)}}{{new string(']', depth)}}}""";

        Assert.Equal(isTaken, RequestReader.TryRead(Encoding.UTF8.GetBytes(nested), ApiOperation.ChatCompletions, false, out _, out _));
    }

    [Fact]
    public void Strict_names_all_that_the_specification_does_not_know()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"model":"m",{{Messages}},"top_k":5,"tools":[],"messag\u0065s_":1}""");

        Assert.True(RequestReader.TryRead(body, ApiOperation.ChatCompletions, false, out _, out _));
        Assert.False(RequestReader.TryRead(body, ApiOperation.ChatCompletions, true, out _, out var error));
        Assert.StartsWith("Unknown members: 'top_k', 'messages_'. ", error.Body.Message, StringComparison.Ordinal);
        Assert.Equal(("top_k", "unknown_parameter"), (error.Body.Param, error.Body.Code));
    }

    [Fact]
    public void Every_body_cut_short_is_refused()
    {
        var whole = Encoding.UTF8.GetBytes($$"""{"model":"mé",{{Messages}},"stream":true,"n":2}""");

        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(RequestReader.TryRead(whole.AsSpan(0, length), ApiOperation.ChatCompletions, false, out _, out _));
        }
    }

    [Fact]
    public void Reading_allocates_the_facts_and_nothing_for_the_messages()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"model":"m","stream":true,"messages":[{{string.Join(',', Enumerable.Repeat("""{"role":"user","content":"Some text to read past, \u00e9"}""", 1000))}}]}""");
        RequestReader.TryRead(body, ApiOperation.ChatCompletions, strict: true, out _, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        RequestReader.TryRead(body, ApiOperation.ChatCompletions, strict: true, out _, out _);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        AllocationBudget.Check("read_request", allocated);
    }

    private static RequestFacts Read(string body)
    {
        Assert.True(RequestReader.TryRead(Encoding.UTF8.GetBytes(body), ApiOperation.ChatCompletions, false, out var facts, out var error), error?.Body.Message);
        return facts;
    }

    private static GatewayError Refuse(ReadOnlySpan<byte> body, ApiOperation operation)
    {
        Assert.False(RequestReader.TryRead(body, operation, false, out _, out var error));
        return error;
    }
}
