using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;
using static Switchboard.Tests.Server.Guardrails.CheckedGateway;

namespace Switchboard.Tests.Server.Guardrails;

/// <summary>Answers that have to be of a JSON schema.</summary>
public sealed class SchemaTests
{
    private const string Schema = """{"type":"object","properties":{"age":{"type":"integer","minimum":0}},"required":["age"],"additionalProperties":false}""";
    private const string Format = ""","response_format":{"type":"json_schema","json_schema":{"name":"x","schema":""" + Schema + "}}";

    private static readonly GuardrailSettings s_schema = Guardrail(GuardrailCheck.JsonSchema, GuardrailAction.Refuse);

    public static TheoryData<string, string, string?> Answers => new()
    {
        { Format, "{\"age\":7}", null },
        { Format, "{\"age\":-7}", "$.age is out of its range" },
        { Format, "{\"age\":7,\"planted\":1}", "$.* may not be there" },
        { Format, "{}", "$.age is missing" },
        { Format, "Sure! {\"age\":7}", "it is not JSON" },
        { ""","response_format":{"type":"json_object"}""", "[1]", "$ is of another type" },
        { ""","response_format":{"type":"text"}""", "anything", null },
        { "", "anything", null },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_whole_answer_is_checked(string format, string content, string? fault)
    {
        await using var gateway = await StartAsync([s_schema], upstream => upstream.Reply(200, Completion(content)));

        var (status, answer, _) = await gateway.ChatAsync("Hi", more: format);

        Assert.Equal(fault is null ? 200 : 502, status);
        Assert.Contains(fault ?? content.Replace("\"", "\\u0022"), answer);
        Assert.Equal(fault is not null, answer.Contains("answer_not_of_schema"));
        Assert.DoesNotContain("planted", answer);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_stream_is_checked_at_its_end(string format, string content, string? fault)
    {
        await using var gateway = await StartAsync([s_schema], upstream => upstream.ReplyStream(Stream(StreamTests.Cut(content, 4))));

        var (_, body, _) = await gateway.ChatAsync("Hi", stream: true, more: format);

        Assert.Equal(content, Said(body));
        Assert.Equal(fault is null, body.Contains("[DONE]"));
        Assert.Equal(fault is null, body.Contains("\"finish_reason\":\"stop\""));
        Assert.Equal(fault is not null, body.Contains("answer_not_of_schema"));
    }

    [Fact]
    public async Task A_schema_of_the_settings_wins_and_a_warning_passes()
    {
        await using var gateway = await StartAsync([s_schema with { Schema = Schema, Action = GuardrailAction.Warn }], upstream => upstream.Reply(200, Completion("{}")));

        var (status, _, named) = await gateway.ChatAsync("Hi");

        Assert.Equal((200, "jsonschema"), (status, named));
    }

    [Fact]
    public async Task A_call_of_a_tool_and_a_refusal_are_no_answers()
    {
        await using var gateway = await StartAsync([s_schema], upstream => upstream
            .Reply(200, """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":"No.","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}]}""")
            .ReplyStream(Chunk("""{"refusal":"No."}"""), Finish(), ServerSentEvents.Done));

        Assert.Equal(200, (await gateway.ChatAsync("Hi", more: Format)).Status);
        Assert.Contains("[DONE]", (await gateway.ChatAsync("Hi", stream: true, more: Format)).Body);
    }

    [Fact]
    public async Task A_response_is_checked_by_its_own_format()
    {
        await using var gateway = await StartAsync([s_schema], upstream => upstream.Reply(200, """{"id":"r","object":"response","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"{}"}]}]}"""));

        Assert.Equal(502, (await gateway.PostAsync("/v1/responses", """{"model":"openai/m","input":"Hi","text":{"format":{"type":"json_schema","name":"x","schema":""" + Schema + "}}}")).Status);
    }
}
