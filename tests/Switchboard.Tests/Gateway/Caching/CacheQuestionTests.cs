using System.Text;
using Switchboard.Gateway.Caching;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Caching;

public sealed class CacheQuestionTests
{
    private const string Base = """{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"Hi"}],"temperature":0.5,"seed":7}""";

    [Theory]
    [InlineData("\"seed\":7", "\"seed\":7.0")]
    [InlineData("\"seed\":7", "\"seed\":7,\"user\":\"u-1\"")]
    [InlineData("\"seed\":7", "\"seed\":7,\"safety_identifier\":\"u-1\"")]
    [InlineData("\"seed\":7", "\"seed\":7,\"metadata\":{\"a\":\"b\"}")]
    [InlineData("\"seed\":7", "\"seed\":7,\"prompt_cache_key\":\"k\"")]
    [InlineData("\"seed\":7", "\"seed\":7,\"stream\":false")]
    [InlineData("\"seed\":7", "\"seed\":7,\"store\":false")]
    [InlineData("{\"model\":\"m\",", "{ \"model\" : \"m\" , ")]
    public void What_steers_no_answer_is_the_same_question(string part, string other) => Assert.Equal(KeyOf(Base), KeyOf(Base.Replace(part, other, StringComparison.Ordinal)));

    [Theory]
    [InlineData("\"m\"", "\"n\"")]
    [InlineData("\"S\"", "\"T\"")]
    [InlineData("\"Hi\"", "\"Ho\"")]
    [InlineData("\"user\"", "\"assistant\"")]
    [InlineData("0.5", "0.6")]
    [InlineData("\"seed\":7", "\"seed\":8")]
    [InlineData("\"seed\":7", "\"seed\":7,\"n\":2")]
    [InlineData("\"seed\":7", "\"seed\":7,\"stream\":true")]
    [InlineData("\"seed\":7", "\"seed\":7,\"stop\":[\"x\"]")]
    [InlineData("\"seed\":7", "\"seed\":7,\"max_tokens\":5")]
    [InlineData("\"seed\":7", "\"seed\":7,\"logit_bias\":{\"1\":1}")]
    [InlineData("\"seed\":7", "\"seed\":7,\"an_extension\":1")]
    [InlineData("\"seed\":7", "\"seed\":7,\"response_format\":{\"type\":\"json_object\"}")]
    [InlineData("\"seed\":7", "\"seed\":7,\"reasoning_effort\":\"low\"")]
    [InlineData("\"seed\":7", "\"seed\":7,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]")]
    public void What_steers_the_answer_is_another_question(string part, string other) => Assert.NotEqual(KeyOf(Base), KeyOf(Base.Replace(part, other, StringComparison.Ordinal)));

    [Theory]
    [InlineData("\"store\":true")]
    [InlineData("\"st\\u006fre\":true")]
    [InlineData("\"web_search_options\":{}")]
    [InlineData("\"plugins\":[{\"id\":\"web\"}]")]
    [InlineData("\"tools\":[{\"type\":\"web_search\"}]")]
    [InlineData("\"tools\":[{\"googleSearch\":{}}]")]
    [InlineData("\"modalities\":[\"audio\"],\"audio\":{\"voice\":\"alloy\",\"format\":\"mp3\"}")]
    public void What_hangs_on_more_than_the_request_is_none(string member) => Assert.Null(Question(ApiOperation.ChatCompletions, Base.Replace("\"seed\":7", member, StringComparison.Ordinal)));

    [Theory]
    [InlineData("""{"model":"m","input":"Hi"}""", false)]
    [InlineData("""{"model":"m","input":"Hi","store":true}""", false)]
    [InlineData("""{"model":"m","input":"Hi","store":null}""", false)]
    [InlineData("""{"model":"m","input":"Hi","store":false}""", true)]
    [InlineData("""{"model":"m","input":"Hi","store":false,"previous_response_id":null}""", true)]
    [InlineData("""{"model":"m","input":"Hi","store":false,"previous_response_id":"resp_1"}""", false)]
    [InlineData("""{"model":"m","input":"Hi","store":false,"conversation":"conv_1"}""", false)]
    [InlineData("""{"model":"m","input":"Hi","store":false,"prompt":{"id":"pmpt_1"}}""", false)]
    [InlineData("""{"model":"m","input":"Hi","store":false,"background":true}""", false)]
    [InlineData("""{"model":"m","input":"Hi","store":false,"tools":[{"type":"code_interpreter","container":{"type":"auto"}}]}""", false)]
    [InlineData("""{"model":"m","input":"Hi","store":false,"tools":[{"type":"function","name":"f","parameters":{}}]}""", true)]
    public void A_response_is_one_only_where_nothing_is_kept(string body, bool isOne) => Assert.Equal(isOne, Question(ApiOperation.Responses, body) is not null);

    [Fact]
    public void A_text_completion_is_its_prompt() =>
        Assert.NotEqual(
            Question(ApiOperation.Completions, """{"model":"m","prompt":"a"}""")!.Key,
            Question(ApiOperation.Completions, """{"model":"m","prompt":"b"}""")!.Key);

    [Fact]
    public void Operations_tenants_marks_and_steering_are_told_apart()
    {
        const string Input = """{"model":"m","input":"Hi"}""";
        CacheQuestion[] questions =
        [
            Question(ApiOperation.Embeddings, Input)!,
            Question(ApiOperation.Moderations, Input)!,
            Of(ApiOperation.Embeddings, Input, "other", 0),
            Of(ApiOperation.Embeddings, Input, "", 1),
            Of(ApiOperation.Embeddings, Input, change: call => Copy(call, provider: "p")),
            Of(ApiOperation.Embeddings, Input, change: call => Copy(call, deployment: "p/m")),
            Of(ApiOperation.Embeddings, Input, change: call => Copy(call, tags: ["p"])),
            Of(ApiOperation.Embeddings, Input, change: call => Copy(call, tags: ["p", "q"])),
            Of(ApiOperation.Embeddings, Input, change: call => Copy(call, headers: [new("openai-beta", "p")])),
            Of(ApiOperation.Embeddings, Input, change: call => Copy(call, engine: [new("x-tenant-id", "p")])),
        ];

        Assert.Equal(questions.Length, questions.Select(question => question.Key.Name).Distinct().Count());
        Assert.Equal(
            Of(ApiOperation.Embeddings, Input, change: call => Copy(call, tags: ["p", "q"])).Key,
            Of(ApiOperation.Embeddings, Input, change: call => Copy(call, tags: ["q", "p"])).Key);
        Assert.Equal(questions[0].Key, Of(ApiOperation.Embeddings, Input, change: call => Copy(call, headers: [new("idempotency-key", "1"), new("traceparent", "00-1")])).Key);
    }

    [Fact]
    public void Filled_in_defaults_are_a_part_of_the_question()
    {
        var body = Encoding.UTF8.GetBytes("""{"model":"m","messages":[{"role":"user","content":"Hi"}]}""");
        var policy = RequestPolicy.Of(new() { Server = new() { Defaults = new() { Temperature = 0.1 } } });
        var reading = RequestReader.Read(body, ApiOperation.ChatCompletions, policy);
        var filled = new GatewayCall { Operation = ApiOperation.ChatCompletions, Path = "chat/completions", Body = reading.Body, Facts = reading.Facts!, RequestId = "r", Sink = new RecordingSink() };

        Assert.NotEqual(Question(ApiOperation.ChatCompletions, Encoding.UTF8.GetString(body))!.Key, CacheQuestion.Of(filled, "", 0, isSemantic: false)!.Key);
    }

    [Fact]
    public void The_last_user_text_is_apart_from_the_rest()
    {
        var one = CacheQuestion.Of(Calls.Of(ApiOperation.ChatCompletions, Base), "", 0, isSemantic: true)!;
        var other = CacheQuestion.Of(Calls.Of(ApiOperation.ChatCompletions, Base.Replace("Hi", "Hello", StringComparison.Ordinal)), "", 0, isSemantic: true)!;
        var elsewhere = CacheQuestion.Of(Calls.Of(ApiOperation.ChatCompletions, Base.Replace("\"S\"", "\"T\"", StringComparison.Ordinal)), "", 0, isSemantic: true)!;

        Assert.Equal(("Hi", "Hello"), (one.Text, other.Text));
        Assert.Equal(one.Partition, other.Partition);
        Assert.NotEqual(one.Partition, elsewhere.Partition);
        Assert.NotEqual(one.Key, other.Key);
    }

    [Theory]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"Hi"}]}]""", "Hi")]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"u"}}]}]""", null)]
    [InlineData("""[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}]""", null)]
    [InlineData("""[{"role":"user","content":""}]""", null)]
    public void Only_a_text_of_the_user_at_the_end_can_mean_the_same(string messages, string? text) =>
        Assert.Equal(text, CacheQuestion.Of(Calls.Of(ApiOperation.ChatCompletions, $$"""{"model":"m","messages":{{messages}}}"""), "", 0, isSemantic: true)!.Text);

    private static string KeyOf(string chat) => Question(ApiOperation.ChatCompletions, chat)!.Key.Name;

    private static CacheQuestion? Question(ApiOperation operation, string body) => CacheQuestion.Of(Calls.Of(operation, body), "", 0, isSemantic: false);

    private static CacheQuestion Of(ApiOperation operation, string body, string tenant = "", long mark = 0, Func<GatewayCall, GatewayCall>? change = null)
    {
        var call = Calls.Of(operation, body);
        return CacheQuestion.Of(change?.Invoke(call) ?? call, tenant, mark, isSemantic: false)!;
    }

    private static GatewayCall Copy(
        GatewayCall call,
        string? provider = null,
        string? deployment = null,
        string[]? tags = null,
        KeyValuePair<string, string>[]? headers = null,
        KeyValuePair<string, string>[]? engine = null) => new()
    {
        Operation = call.Operation,
        Path = call.Path,
        Body = call.Body,
        Facts = call.Facts,
        RequestId = call.RequestId,
        Sink = call.Sink,
        Provider = provider,
        Deployment = deployment,
        Tags = tags ?? [],
        ForwardedHeaders = headers ?? [],
        EngineHeaders = engine ?? [],
    };
}
