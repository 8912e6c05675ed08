using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Guardrails;
using static Switchboard.Tests.Server.Guardrails.CheckedGateway;

namespace Switchboard.Tests.Server.Guardrails;

/// <summary>Answers that come as a whole are checked before any of them leaves.</summary>
public sealed class AnswerTests
{
    private static readonly GuardrailSettings s_mask = Guardrail(GuardrailCheck.Secrets, on: GuardrailSide.Output);

    public static TheoryData<string, string, string> Answers => new()
    {
        { "/v1/chat/completions", Chat("Hi"), Completion("a HOLE b") },
        { "/v1/chat/completions", Chat("Hi"), """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"k\":\"HOLE\"}"}}]},"finish_reason":"tool_calls"}]}""" },
        { "/v1/chat/completions", Chat("Hi"), """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x","reasoning_content":"a HOLE b"},"finish_reason":"stop"}]}""" },
        { "/v1/completions", """{"model":"openai/m","prompt":"Hi"}""", """{"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":"a HOLE b","finish_reason":"stop"}]}""" },
        { "/v1/responses", """{"model":"openai/m","input":"Hi"}""", """{"id":"r","object":"response","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a HOLE b"}]}]}""" },
        { "/v1/responses", """{"model":"plain/m","input":"Hi"}""", Completion("a HOLE b") },
        { "/v1/responses", """{"model":"openai/m","input":"Hi"}""", """{"id":"r","object":"response","status":"completed","output":[{"type":"shell_call","id":"s","call_id":"1","action":{"commands":["a HOLE b"]}}]}""" },
        { "/v1/responses", """{"model":"openai/m","input":"Hi"}""", """{"id":"r","object":"response","status":"completed","output":[{"type":"shell_call_output","id":"s","call_id":"1","output":[{"stdout":"","stderr":"a HOLE b"}]}]}""" },
        { "/v1/responses", """{"model":"openai/m","input":"Hi"}""", """{"id":"r","object":"response","status":"completed","output":[{"type":"apply_patch_call","id":"s","call_id":"1","operation":{"type":"create_file","path":"p","diff":"a HOLE b"}}]}""" },
        { "/v1/responses", """{"model":"openai/m","input":"Hi"}""", """{"id":"r","object":"response","status":"completed","output":[{"type":"local_shell_call","id":"s","call_id":"1","action":{"type":"exec","command":["a HOLE b"],"env":{}}}]}""" },
        { "/v1/responses", """{"model":"openai/m","input":"Hi"}""", """{"id":"r","object":"response","status":"completed","output":[{"type":"code_interpreter_call","id":"s","code":"1","outputs":[{"type":"logs","logs":"a HOLE b"}]}]}""" },
        { "/v1/chat/completions", Chat("Hi"), """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"k\":\"\\u0061 \\u0073k-REST\"}"}}]},"finish_reason":"tool_calls"}]}""" },
        { "/v1/messages", """{"model":"openai/m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", Completion("a HOLE b") },
        { "/v1/messages", """{"model":"claude/m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", """{"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"a HOLE b"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""" },
        { "/v1beta/models/google%2Fm:generateContent", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""", """{"candidates":[{"content":{"role":"model","parts":[{"text":"a HOLE b"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}""" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_secret_is_masked_in_every_dialect(string path, string request, string answer)
    {
        await using var gateway = await StartAsync([s_mask], upstream => upstream.Reply(200, Plant(answer)));

        var (status, body, named) = await gateway.PostAsync(path, request);

        Assert.Equal((200, "secrets"), (status, named));
        Assert.Contains("[SECRET]", body);
        Assert.DoesNotContain(Planted.OpenAI, body);
        JsonElement.Parse(body);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(Planted.OpenAI));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_secret_is_refused_in_every_dialect(string path, string request, string answer)
    {
        await using var gateway = await StartAsync([s_mask with { Action = GuardrailAction.Refuse }], upstream => upstream.Reply(200, Plant(answer)));

        var (status, body, _) = await gateway.PostAsync(path, request);

        Assert.Equal(400, status);
        Assert.Contains("refuses the answer", body);
        Assert.DoesNotContain(Planted.OpenAI, body);
    }

    [Fact]
    public async Task Where_nothing_is_found_the_bytes_are_the_providers()
    {
        const string Answer = """{ "id":"c" , "object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"caf\u00e9 \/"},"logprobs":{"content":[]},"finish_reason":"stop"}] }""";
        await using var gateway = await StartAsync([s_mask], upstream => upstream.Reply(200, Answer));

        Assert.Equal((200, Answer, null), await gateway.ChatAsync("Hi"));
    }

    [Fact]
    public async Task The_tokens_of_a_masked_text_are_left_out()
    {
        await using var gateway = await StartAsync([s_mask], upstream => upstream.Reply(200, Completion($"a {Planted.OpenAI}", $$""","logprobs":{"content":[{"token":"{{Planted.OpenAI}}","logprob":0,"top_logprobs":[]}]}""")));

        var (_, body, _) = await gateway.ChatAsync("Hi");

        Assert.DoesNotContain(Planted.OpenAI, body);
        Assert.Contains("\"logprobs\":null", body);
    }

    [Fact]
    public async Task Reasoning_and_arguments_can_be_left_alone()
    {
        var answer = $$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x","reasoning_content":"{{Planted.OpenAI}}"},"finish_reason":"stop"}]}""";
        await using var gateway = await StartAsync([s_mask with { Reasoning = false }], upstream => upstream.Reply(200, answer));

        Assert.Contains(Planted.OpenAI, (await gateway.ChatAsync("Hi")).Body);
    }

    [Fact]
    public async Task What_is_kept_of_a_response_is_checked_when_it_is_read()
    {
        await using var gateway = await StartAsync([s_mask with { Models = ["plain/*"] }], upstream => upstream.Reply(200, Completion($"a {Planted.OpenAI} b")));
        var (_, made, _) = await gateway.PostAsync("/v1/responses", """{"model":"plain/m","input":"Hi","store":true}""");
        var id = JsonElement.Parse(made).GetProperty("id").GetString();

        var read = await gateway.Gateway.Client.GetStringAsync($"/v1/responses/{id}", TestContext.Current.CancellationToken);

        Assert.Contains("a [SECRET] b", read);
        Assert.DoesNotContain(Planted.OpenAI, read);
    }

    [Fact]
    public async Task An_error_of_the_provider_stays_what_it_is()
    {
        await using var gateway = await StartAsync([s_mask], upstream => upstream.Reply(400, """{"error":{"message":"No.","type":"invalid_request_error","param":null,"code":"x"}}"""));

        Assert.Equal(400, (await gateway.ChatAsync("Hi")).Status);
    }

    [Fact]
    public async Task What_is_no_text_passes()
    {
        await using var gateway = await StartAsync([s_mask], upstream => upstream.Reply(UpstreamAnswer.Text("sound", "audio/mpeg")));

        Assert.Equal((200, "sound", null), (await gateway.PostAsync("/v1/audio/speech", """{"model":"openai/m","input":"Hi","voice":"alloy"}""")));
        Assert.Equal(200, (await gateway.PostAsync("/v1/embeddings", """{"model":"openai/m","input":"Hi"}""")).Status);
    }

    [Fact]
    public async Task A_transcription_is_masked_as_JSON_and_as_text()
    {
        await using var gateway = await StartAsync([Guardrail(GuardrailCheck.PersonalData)], upstream => upstream
            .Reply(200, """{"text":"Mail a@b.example"}""")
            .Reply(UpstreamAnswer.Text("Mail a@b.example", "text/plain")));
        foreach (var expected in (string[])["{\"text\":\"Mail [EMAIL]\"}", "Mail [EMAIL]"])
        {
            using var form = new MultipartFormDataContent { { new StringContent("openai/m"), "model" }, { new ByteArrayContent([1, 2, 3]), "file", "a.mp3" } };
            using var answer = await gateway.Gateway.Client.PostAsync("/v1/audio/transcriptions", form, TestContext.Current.CancellationToken);
            Assert.Equal(expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    private static string Plant(string answer) => answer.Replace("HOLE", Planted.OpenAI).Replace("REST", Planted.OpenAI["sk-".Length..]);
}
