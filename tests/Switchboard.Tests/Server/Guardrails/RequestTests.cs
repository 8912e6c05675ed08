using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Tests.Gateway.Guardrails;
using static Switchboard.Tests.Server.Guardrails.CheckedGateway;

namespace Switchboard.Tests.Server.Guardrails;

/// <summary>Requests are checked before they go anywhere.</summary>
public sealed class RequestTests
{
    private static readonly GuardrailSettings s_mask = Guardrail(GuardrailCheck.Secrets, on: GuardrailSide.Input);
    private static readonly GuardrailSettings s_refuse = Guardrail(GuardrailCheck.Secrets, GuardrailAction.Refuse, GuardrailSide.Input);

    // Each with a hole for the secret, as it lies in the text.
    public static TheoryData<string, string, string> Places => new()
    {
        { "/v1/chat/completions", """{"model":"openai/m","messages":[{"role":"user","content":"a HOLE b"}]}""", "messages[0].content" },
        { "/v1/chat/completions", """{"model":"openai/m","messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"text","text":"a HOLE b"}]}]}""", "messages[0].content[1].text" },
        { "/v1/chat/completions", """{"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"k\":\"HOLE\"}"}}]},{"role":"tool","tool_call_id":"1","content":"ok"}],"model":"openai/m"}""", "messages[0].tool_calls[0].function.arguments" },
        { "/v1/chat/completions", """{"model":"openai/m","mess\u0061ges":[{"role":"user","content":"a HOLE b"}]}""", "messages[0].content" },
        { "/v1/completions", """{"model":"openai/m","prompt":["x","a HOLE b"]}""", "prompt[1]" },
        { "/v1/embeddings", """{"model":"openai/m","input":"a HOLE b"}""", "input" },
        { "/v1/moderations", """{"model":"openai/m","input":["a HOLE b"]}""", "input[0]" },
        { "/v1/responses", """{"model":"openai/m","instructions":"a HOLE b","input":"Hi"}""", "instructions" },
        { "/v1/responses", """{"model":"openai/m","input":[{"role":"user","content":[{"type":"input_text","text":"a HOLE b"}]}]}""", "input[0].content[0].text" },
        { "/v1/responses", """{"model":"plain/m","input":[{"type":"function_call_output","call_id":"1","output":"a HOLE b"}]}""", "input[0].output" },
        { "/v1/images/generations", """{"model":"openai/m","prompt":"a HOLE b"}""", "prompt" },
        { "/v1/audio/speech", """{"model":"openai/m","input":"a HOLE b","voice":"alloy"}""", "input" },
        { "/v1/rerank", """{"model":"openai/m","query":"q","documents":["x",{"text":"a HOLE b"}]}""", "documents[1].text" },
        { "/v1/messages", """{"model":"claude/m","max_tokens":9,"messages":[{"role":"user","content":"a HOLE b"}]}""", "messages[0].content" },
        { "/v1/messages", """{"model":"openai/m","max_tokens":9,"system":"a HOLE b","messages":[{"role":"user","content":"Hi"}]}""", "system" },
        { "/v1/messages", """{"model":"claude/m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","source":{"data":"a HOLE b","media_type":"text/plain","type":"text"}}]}]}""", "messages[0].content[0].source.data" },
        { "/v1/messages", """{"model":"claude/m","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"deep":[{"k":"a HOLE b"}]}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}]}""", "messages[0].content[0].input.deep[0].k" },
        { "/v1beta/models/google%2Fm:generateContent", """{"contents":[{"role":"user","parts":[{"text":"a HOLE b"}]}]}""", "contents[0].parts[0].text" },
        { "/v1/responses", """{"model":"openai/m","input":[{"type":"shell_call","call_id":"1","action":{"commands":["ls","a HOLE b"]}}]}""", "input[0].action.commands[1]" },
        { "/v1/responses", """{"model":"openai/m","input":[{"type":"shell_call_output","call_id":"1","output":[{"stdout":"a HOLE b","stderr":"","outcome":{"type":"exit","exit_code":0}}]}]}""", "input[0].output[0].stdout" },
        { "/v1/responses", """{"model":"openai/m","input":[{"type":"local_shell_call","call_id":"1","action":{"type":"exec","command":["a HOLE b"],"env":{}}}]}""", "input[0].action.command[0]" },
        { "/v1/responses", """{"model":"openai/m","input":[{"type":"local_shell_call","call_id":"1","action":{"type":"exec","command":["ls"],"env":{"K":"a HOLE b"}}}]}""", "input[0].action.env.K" },
        { "/v1/responses", """{"model":"openai/m","input":[{"type":"apply_patch_call","call_id":"1","operation":{"type":"update_file","path":"p","diff":"a HOLE b"}}]}""", "input[0].operation.diff" },
        { "/v1/responses", """{"model":"openai/m","input":[{"type":"apply_patch_call_output","call_id":"1","status":"completed","output":"a HOLE b"}]}""", "input[0].output" },
        { "/v1/responses", """{"model":"openai/m","input":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"a HOLE b"}]}]}""", "input[0].summary[0].text" },
        { "/v1/responses", """{"model":"openai/m","input":[{"type":"reasoning","id":"rs_1","summary":[],"content":[{"type":"reasoning_text","text":"a HOLE b"}]}]}""", "input[0].content[0].text" },
        { "/v1/responses", """{"model":"openai/m","input":[{"type":"code_interpreter_call","id":"ci_1","code":"x","outputs":[{"type":"logs","logs":"a HOLE b"}]}]}""", "input[0].outputs[0].logs" },
        { "/v1/responses", """{"model":"openai/m","input":[{"type":"mcp_call","id":"m","name":"n","arguments":"{}","error":{"type":"e","message":"a HOLE b"}}]}""", "input[0].error.message" },
        { "/v1/responses", """{"model":"openai/m","input":[{"type":"file_search_call","id":"f","queries":["a HOLE b"],"results":null}]}""", "input[0].queries[0]" },
        { "/v1/chat/completions", """{"model":"openai/m","messages":[{"role":"assistant","content":"x","reasoning_content":"a HOLE b"}]}""", "messages[0].reasoning_content" },
        { "/v1/chat/completions", """{"model":"openai/m","messages":[{"role":"user","content":"x","Content":"a HOLE b"}]}""", "messages[0].Content" },
        { "/v1/chat/completions", """{"model":"openai/m","messages":[{"role":"user","content":"a HOLE b","content":"x"}]}""", "messages[0].content" },
        { "/v1/messages", """{"model":"claude/m","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"a HOLE b","signature":"s"},{"type":"text","text":"x"}]}]}""", "messages[0].content[0].thinking" },
        { "/v1/messages", """{"model":"claude/m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","data":"a HOLE b","media_type":"text/plain","type":"text"}}]}]}""", "messages[0].content[0].source.data" },
        { "/v1/messages", """{"model":"claude/m","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"code_execution_tool_result","tool_use_id":"t","content":{"type":"code_execution_result","stdout":"a HOLE b","stderr":"","return_code":0,"content":[]}}]}]}""", "messages[0].content[0].content.stdout" },
        { "/v1beta/models/google%2Fm:generateContent", """{"contents":[{"role":"user","parts":{"text":"a HOLE b"}}]}""", "contents[0].parts.text" },
        { "/v1beta/models/google%2Fm:generateContent", """{"contents":[{"role":"user","parts":[{"text":"x"}],"parts":{"text":"a HOLE b"}}]}""", "contents[0].parts.text" },
        { "/v1beta/models/google%2Fm:generateContent", """{"systemInstruction":{"parts":{"text":"a HOLE b"}},"contents":[{"role":"user","parts":[{"text":"x"}]}]}""", "systemInstruction.parts.text" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_secret_is_masked_wherever_it_stands(string path, string body, string place)
    {
        await using var gateway = await StartAsync([s_mask]);

        await gateway.PostAsync(path, body.Replace("HOLE", Planted.OpenAI));

        Assert.NotEmpty(place);
        Assert.NotEmpty(gateway.Upstream.Requests);
        Assert.DoesNotContain(Planted.OpenAI, gateway.Asked);
        Assert.Contains("[SECRET]", gateway.Asked);
        JsonElement.Parse(gateway.Asked);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(Planted.OpenAI));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_secret_is_refused_with_its_place_and_never_repeated(string path, string body, string place)
    {
        await using var gateway = await StartAsync([s_refuse]);

        var (status, answer, _) = await gateway.PostAsync(path, body.Replace("HOLE", Planted.OpenAI));

        Assert.Equal(400, status);
        Assert.Contains(place, answer);
        Assert.Contains("secrets", answer);
        Assert.DoesNotContain(Planted.OpenAI, answer);
        Assert.Empty(gateway.Upstream.Requests);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(Planted.OpenAI));
    }

    [Fact]
    public async Task The_error_is_of_OpenAIs_shape()
    {
        await using var gateway = await StartAsync([s_refuse]);

        var (status, answer, named) = await gateway.ChatAsync($"My key is {Planted.OpenAI}.");

        Assert.Equal(
            """{"error":{"message":"The guardrail 'secrets' refuses the request: messages[1].content holds SECRET.","type":"invalid_request_error","param":"messages[1].content","code":"content_policy_violation"}}""",
            answer);
        Assert.Equal((400, null), (status, named));
    }

    [Fact]
    public async Task Where_nothing_is_found_the_bytes_are_the_callers()
    {
        await using var gateway = await StartAsync([s_mask, Guardrail(GuardrailCheck.PersonalData)]);
        const string Body = """{ "model" : "openai/m", "messages":[{"role":"user","content":"caf\u00e9 \ud83d\ude00 \/ \"x\""}] , "seed": 1.0 }""";

        await gateway.PostAsync("/v1/chat/completions", Body);

        Assert.Equal(Body.Replace("openai/m", "m"), gateway.Asked);
    }

    [Fact]
    public async Task What_is_masked_lies_between_the_callers_bytes()
    {
        await using var gateway = await StartAsync([Guardrail(GuardrailCheck.PersonalData)]);

        var (_, _, named) = await gateway.PostAsync(
            "/v1/chat/completions",
            """{ "messages":[{"role":"user","content":"caf\u00e9 a@b.example \ud83d\ude00\n\"x\""},{"role":"user","content":"\u0041"}], "stream" : true ,"stream_options": {} , "model":"openai/m","seed": 1.0 }""");

        Assert.Equal(
            """{ "messages":[{"role":"user","content":"café [EMAIL] 😀\n\"x\""},{"role":"user","content":"\u0041"}], "stream" : true ,"stream_options": {"include_usage":true} , "model":"m","seed": 1.0 }""",
            gateway.Asked);
        Assert.Equal("personaldata", named);
    }

    [Fact]
    public async Task An_escape_hides_nothing()
    {
        await using var gateway = await StartAsync([s_refuse]);
        var escaped = string.Concat(Planted.OpenAI.Select(character => $"\\u{(int)character:x4}"));

        var (status, _, _) = await gateway.PostAsync("/v1/chat/completions", $$"""{"model":"openai/m","messages":[{"role":"user","content":"\ud800 {{escaped}}"}]}""");

        Assert.Equal(400, status);
    }

    public static TheoryData<string> Hidden => [@"s\u006b-", @"\u0073\u006B-", "sk\\u002d"];

    [Theory]
    [MemberData(nameof(Hidden))]
    public async Task An_escape_in_what_a_tool_is_called_with_hides_nothing(string hidden)
    {
        var arguments = $$"""{"k":"a {{hidden}}{{Planted.OpenAI["sk-".Length..]}} b"}""";
        await using var gateway = await StartAsync([s_mask]);

        await gateway.PostAsync("/v1/chat/completions", $$$"""{"model":"openai/m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":{{{JsonSerializer.Serialize(arguments)}}}}}]},{"role":"tool","tool_call_id":"1","content":{{{JsonSerializer.Serialize(arguments)}}}}]}""");

        var messages = JsonElement.Parse(gateway.Asked).GetProperty("messages");
        Assert.Equal("""{"k":"a [SECRET] b"}""", messages[0].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal("""{"k":"a [SECRET] b"}""", messages[1].GetProperty("content").GetString());
    }

    [Fact]
    public async Task An_escape_before_a_banned_word_hides_nothing_and_none_is_made_of_a_path()
    {
        await using var gateway = await StartAsync([Guardrail(GuardrailCheck.Words, on: GuardrailSide.Input) with { Words = ["project falcon", "new"] }]);

        await gateway.PostAsync("/v1/chat/completions", """{"model":"openai/m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":\"\\nproject\\u0020falcon\",\"b\":\"C:\\\\new\\/project falcon\"}"}}]},{"role":"user","content":"C:\\new, C:\\nproject falcon"}]}""");

        var messages = JsonElement.Parse(gateway.Asked).GetProperty("messages");
        Assert.Equal("""{"a":"\n[REDACTED]","b":"C:\\[REDACTED]\/[REDACTED]"}""", messages[0].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.StartsWith(@"C:\[REDACTED], ", messages[1].GetProperty("content").GetString());
    }

    // The secret is found by the name before it, which is there only where the arguments are one text.
    [Fact]
    public async Task What_only_the_translation_shows_does_not_go_out_as_it_came()
    {
        const string Value = "hG7kQ2mZ9pXw4Tr1";
        await using var gateway = await StartAsync([s_mask]);

        await gateway.PostAsync("/v1/messages", $$$"""{"model":"claude/m","max_tokens":9,"messages":[{"role":"user","content":"a {{{Planted.OpenAI}}} b"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"password":"{{{Value}}}"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}]}""");

        Assert.DoesNotContain(Value, gateway.Asked);
        Assert.DoesNotContain(Planted.OpenAI, gateway.Asked);
        Assert.Equal("[SECRET]", JsonElement.Parse(gateway.Asked).GetProperty("messages")[1].GetProperty("content")[0].GetProperty("input").GetProperty("password").GetString());
    }

    [Fact]
    public async Task What_is_masked_in_both_goes_out_as_it_came()
    {
        await using var gateway = await StartAsync([s_mask]);

        await gateway.PostAsync("/v1/messages", $$$"""{ "model":"claude/m","max_tokens":9,"system":[{"type":"text","text":"x {{{Planted.OpenAI}}}","cache_control":{"type":"ephemeral"}},{"type":"text","text":"y"}],"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"k":"a \"{{{Planted.OpenAI}}}\" b"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}]}""");

        Assert.Equal(
            """{ "model":"m","max_tokens":9,"system":[{"type":"text","text":"x [SECRET]","cache_control":{"type":"ephemeral"}},{"type":"text","text":"y"}],"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"k":"a \"[SECRET]\" b"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}]}""",
            gateway.Asked);
    }

    [Fact]
    public async Task A_name_with_half_a_character_is_the_callers_fault()
    {
        await using var gateway = await StartAsync([s_mask]);

        var (status, answer, _) = await gateway.PostAsync("/v1/chat/completions", """{"model":"openai/m","messages":[{"role":"user","content":"x","\ud800abcd":1}]}""");

        Assert.Equal(400, status);
        Assert.Contains("invalid_request_error", answer);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task They_run_in_their_order()
    {
        await using var gateway = await StartAsync(
        [
            Guardrail(GuardrailCheck.PersonalData),
            Guardrail(GuardrailCheck.Regex, GuardrailAction.Refuse) with { Name = "mails", Pattern = @"\S+@\S+" },
            Guardrail(GuardrailCheck.Words) with { Name = "after", Words = ["[EMAIL]"], MaskWith = "somebody" },
        ]);

        var (status, _, named) = await gateway.ChatAsync("Ask a@b.example.");

        Assert.Equal((200, "personaldata, after"), (status, named));
        Assert.Contains("Ask somebody.", gateway.Asked);
    }

    [Fact]
    public async Task A_warning_changes_nothing_and_is_told()
    {
        await using var gateway = await StartAsync([Guardrail(GuardrailCheck.Words, GuardrailAction.Warn) with { Words = ["banana"] }]);

        var (status, _, named) = await gateway.ChatAsync("A BANANA!");

        Assert.Equal((200, "words"), (status, named));
        Assert.Contains("A BANANA!", gateway.Asked);
    }

    [Fact]
    public async Task A_length_is_that_of_all_texts_together()
    {
        await using var gateway = await StartAsync([Guardrail(GuardrailCheck.Length, GuardrailAction.Refuse, GuardrailSide.Input) with { MaxCharacters = 20 }]);

        Assert.Equal(200, (await gateway.ChatAsync(new string('x', 12))).Status);
        Assert.Equal(400, (await gateway.ChatAsync(new string('x', 13))).Status);
    }

    [Fact]
    public async Task One_that_is_off_is_switched_on_by_the_call_and_none_is_switched_off()
    {
        await using var gateway = await StartAsync([s_refuse with { IsDefault = false }, Guardrail(GuardrailCheck.Words, GuardrailAction.Refuse) with { Words = ["banana"] }]);

        Assert.Equal(200, (await gateway.ChatAsync(Planted.OpenAI)).Status);
        Assert.Equal(400, (await gateway.ChatAsync(Planted.OpenAI, headers: ("x-switchboard-guardrails", "words, secrets"))).Status);
        Assert.Equal(400, (await gateway.ChatAsync("banana", headers: ("x-switchboard-guardrails", "secrets"))).Status);
        var (status, answer, _) = await gateway.ChatAsync("Hi", headers: ("x-switchboard-guardrails", "secret"));
        Assert.Equal(400, status);
        Assert.Contains("unknown_guardrail", answer);
    }

    [Fact]
    public async Task It_holds_for_the_models_that_it_names()
    {
        await using var gateway = await StartAsync([s_refuse with { Models = ["openai/gpt-*"] }]);

        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", Chat(Planted.OpenAI, model: "openai/m"))).Status);
        Assert.Equal(400, (await gateway.PostAsync("/v1/chat/completions", Chat(Planted.OpenAI, model: "openai/gpt-9"))).Status);
    }

    [Fact]
    public async Task A_tokens_count_is_of_the_masked_text()
    {
        await using var gateway = await StartAsync([s_mask]);

        await gateway.PostAsync("/v1/messages/count_tokens", $$"""{"model":"claude/m","messages":[{"role":"user","content":"a {{Planted.OpenAI}} b"}]}""");

        Assert.Contains("a [SECRET] b", gateway.Asked);
    }
}
