using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Guardrails;
using static Switchboard.Tests.Server.Guardrails.CheckedGateway;

namespace Switchboard.Tests.Server.Guardrails;

/// <summary>Streams are checked as they pass, however their text is cut.</summary>
public sealed class StreamTests
{
    private static readonly GuardrailSettings s_mask = Guardrail(GuardrailCheck.Secrets, on: GuardrailSide.Output);
    private static readonly GuardrailSettings s_refuse = Guardrail(GuardrailCheck.Secrets, GuardrailAction.Refuse, GuardrailSide.Output);

    public static TheoryData<int> Sizes => [1, 2, 3, 5, 8, 13, 60];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_key_is_masked_however_it_is_cut(int size)
    {
        await using var gateway = await StartAsync([s_mask, Guardrail(GuardrailCheck.PersonalData)], upstream => upstream.ReplyStream(Stream(Cut($"Use {Planted.OpenAI} and a@b.example, +49 30 1234567.", size))));

        var (status, body, _) = await gateway.ChatAsync("Hi", stream: true);

        Assert.Equal(200, status);
        Assert.Equal("Use [SECRET] and [EMAIL], [PHONE].", Said(body));
        Assert.EndsWith(ServerSentEvents.Done, body);
        Assert.Equal(Stream(Cut($"Use {Planted.OpenAI} and a@b.example, +49 30 1234567.", size)).Count(), ServerSentEvents.Split(body).Count);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(Planted.OpenAI));
    }

    // The bytes of the stream in pieces of every size up to 40: events are cut anywhere.
    [Fact]
    public async Task However_the_bytes_come_the_stream_is_the_same()
    {
        await using var gateway = await StartAsync([s_mask]);
        var whole = "";
        for (var size = 40; size > 0; size -= 3)
        {
            gateway.Upstream.Reply(UpstreamAnswer.Stream(Stream(Cut($"Use {Planted.GitHub}, café 😀.", 7))) with { BytesPerWrite = size });
            var (_, body, _) = await gateway.ChatAsync("Hi", stream: true);
            Assert.Equal(whole = whole.Length == 0 ? body : whole, body);
        }

        Assert.Equal("Use [SECRET], café 😀.", Said(whole));
    }

    [Fact]
    public async Task Where_nothing_is_found_the_bytes_are_the_providers()
    {
        string[] events = [.. Stream(Cut("Hello, caf\u00e9 \ud83d\ude00 and a token of thanks to user@localhost.", 3))];
        events[3] = events[3].Replace("data: ", "id: 7\ndata:").Replace("\"delta\"", " \"delta\" ");
        await using var gateway = await StartAsync([s_mask, Guardrail(GuardrailCheck.PersonalData), Guardrail(GuardrailCheck.Words) with { Words = ["banana"] }], upstream => upstream.ReplyStream(events));

        Assert.Equal((200, string.Concat(events), null), await gateway.ChatAsync("Hi", stream: true));
    }

    [Fact]
    public async Task Choices_and_tools_are_texts_of_their_own()
    {
        var key = Planted.GitHub;
        string[] events =
        [
            Chunk($$"""{"content":"a {{key[..9]}}"}"""), Chunk($$"""{"content":"b {{key[..9]}}"}""", 1), Chunk($$"""{"content":"{{key[9..]}} "}"""), Chunk("""{"content":" c "}""", 1),
            Chunk($$$"""{"tool_calls":[{"index":0,"id":"1","function":{"name":"f","arguments":"{\"k\":\"{{{key[..20]}}}"}}]}"""),
            Chunk($$$"""{"tool_calls":[{"index":0,"function":{"arguments":"{{{key[20..]}}}\"}"}}]}"""),
            Chunk($$"""{"reasoning_content":"r {{key[..30]}}"}"""), Chunk($$"""{"reasoning_content":"{{key[30..]}}"}"""), Finish(), Finish(1), ServerSentEvents.Done,
        ];
        await using var gateway = await StartAsync([s_mask], upstream => upstream.ReplyStream(events));

        var (_, body, _) = await gateway.ChatAsync("Hi", stream: true);

        Assert.True(!body.Contains("\"error\""), body);
        Assert.Equal(("a [SECRET] ", $"b {key[..9]} c "), (Said(body), Said(body, 1)));
        Assert.Equal("{\"k\":\"[SECRET]\"}", string.Concat(Deltas(body).Where(delta => delta.TryGetProperty("tool_calls", out _)).Select(delta => delta.GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString())));
        Assert.Equal("r [SECRET]", string.Concat(Deltas(body).Where(delta => delta.TryGetProperty("reasoning_content", out _)).Select(delta => delta.GetProperty("reasoning_content").GetString())));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task An_escape_in_what_a_tool_is_called_with_hides_nothing_however_it_is_cut(int size)
    {
        var arguments = $$"""{"k":"\\\"\u00e9 \u0073\u006b\u002d{{Planted.OpenAI["sk-".Length..]}}\n\u0062"}""";
        await using var gateway = await StartAsync([s_mask], upstream => upstream.ReplyStream(
            [.. Cut(arguments, size).Select(piece => Chunk($$$"""{"tool_calls":[{"index":0,"function":{"arguments":{{{JsonSerializer.Serialize(piece)}}}}}]}""")), Finish(), ServerSentEvents.Done]));

        var (_, body, _) = await gateway.ChatAsync("Hi", stream: true);

        Assert.Equal(
            """{"k":"\\\"\u00e9 [SECRET]\n\u0062"}""",
            string.Concat(Deltas(body).Where(delta => delta.TryGetProperty("tool_calls", out _)).Select(delta => delta.GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString())));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_refusal_ends_the_stream_with_an_error(int size)
    {
        await using var gateway = await StartAsync([s_refuse], upstream => upstream.ReplyStream(Stream(["Hello, ", .. Cut($"use {Planted.OpenAI} now", size), " and then some"])));

        var (status, body, _) = await gateway.ChatAsync("Hi", stream: true);

        Assert.Equal(200, status);
        Assert.StartsWith("Hello, ", Said(body));
        Assert.DoesNotContain(Planted.OpenAI[..12], body);
        Assert.DoesNotContain("and then some", body);
        Assert.DoesNotContain("[DONE]", body);
        var error = JsonElement.Parse(ServerSentEvents.Read(body).Last().Data).GetProperty("error");
        Assert.Equal("content_policy_violation", error.GetProperty("code").GetString());
        Assert.Equal("choices[0].delta.content", error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_refusal_lets_the_provider_go()
    {
        await using var gateway = await StartAsync([s_refuse], upstream => upstream.ReplyStream(Stream([$"use {Planted.OpenAI} ", "now"])).HoldEvents());
        var asking = gateway.ChatAsync("Hi", stream: true);
        await gateway.Upstream.ReleaseAsync(2, TestContext.Current.CancellationToken);

        var (_, body, _) = await asking;

        Assert.Contains("content_policy_violation", body);
        await gateway.Upstream.WaitForDisconnectAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Text_that_is_decided_does_not_wait()
    {
        await using var gateway = await StartAsync([s_mask], upstream => upstream.ReplyStream(Stream("Hello ", "world ")).HoldEvents());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = ServedGateway.Body(Chat("Hi", stream: true)) };
        var sending = gateway.Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await gateway.Upstream.ReleaseAsync(2, TestContext.Current.CancellationToken);

        // The rest of the stream is held: what is read here came without it.
        using var answer = await sending;
        await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var said = "";
        while (!said.Contains("Hello ", StringComparison.Ordinal))
        {
            said += await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task The_length_of_a_stream_is_counted()
    {
        await using var gateway = await StartAsync([Guardrail(GuardrailCheck.Length, GuardrailAction.Refuse, GuardrailSide.Output) with { MaxCharacters = 10 }], upstream => upstream.ReplyStream(Stream("12345", "67890", "1", "2")));

        var (_, body, _) = await gateway.ChatAsync("Hi", stream: true);

        Assert.Equal("1234567890", Said(body));
        Assert.Contains("content_policy_violation", body);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_ends_with_its_own_error()
    {
        await using var gateway = await StartAsync([s_mask], upstream => upstream.ReplyStream(Chunk("""{"content":"Hello sk"}""")));

        var (_, body, _) = await gateway.ChatAsync("Hi", stream: true);

        Assert.Equal("Hello sk", Said(body));
        Assert.Contains("\"error\"", ServerSentEvents.Read(body).Last().Data);
    }

    [Fact]
    public async Task A_response_says_the_same_in_all_its_events()
    {
        var text = $"Use {Planted.OpenAI} now";
        string Json(string value) => JsonSerializer.Serialize(value);
        List<string> events = [Event("response.created", """ "response":{"id":"r","object":"response","status":"in_progress","output":[]}""", 0)];
        foreach (var piece in Cut(text, 4))
        {
            events.Add(Event("response.output_text.delta", $$""" "item_id":"i","output_index":0,"content_index":0,"delta":{{Json(piece)}},"logprobs":[{"token":{{Json(piece)}},"logprob":0}]""", events.Count));
        }

        events.Add(Event("response.output_text.done", $$""" "item_id":"i","output_index":0,"content_index":0,"text":{{Json(text)}},"logprobs":[]""", events.Count));
        events.Add(Event("response.content_part.done", $$""" "item_id":"i","output_index":0,"content_index":0,"part":{"type":"output_text","text":{{Json(text)}},"annotations":[]}""", events.Count));
        events.Add(Event("response.output_item.done", $$""" "output_index":0,"item":{"id":"i","type":"message","role":"assistant","content":[{"type":"output_text","text":{{Json(text)}}}]}""", events.Count));
        events.Add(Event("response.completed", $$""" "response":{"id":"r","object":"response","status":"completed","output":[{"id":"i","type":"message","role":"assistant","content":[{"type":"output_text","text":{{Json(text)}}}]}]}""", events.Count));
        await using var gateway = await StartAsync([s_mask], upstream => upstream.ReplyStream(events).ReplyStream(events));

        var (_, body, _) = await gateway.PostAsync("/v1/responses", """{"model":"openai/m","input":"Hi","stream":true}""");

        var data = ServerSentEvents.Read(body).Select(one => JsonElement.Parse(one.Data)).ToList();
        Assert.Equal(events.Count, data.Count);
        Assert.Equal("Use [SECRET] now", string.Concat(data.Where(one => one.GetProperty("type").GetString() == "response.output_text.delta").Select(one => one.GetProperty("delta").GetString())));
        Assert.Equal(4, body.Split("\"Use [SECRET] now\"").Length - 1);
        Assert.DoesNotContain(Planted.OpenAI[3..8], body);
    }

    // How a piece of each comes, and what tells the whole of it.
    public static TheoryData<string, string, string> Pieces => new()
    {
        { "response.shell_call_command.delta", """ "delta":TEXT""", """{"id":"i","type":"shell_call","call_id":"1","action":{"commands":[TEXT]}}""" },
        { "response.shell_call_output_content.delta", """ "item_id":"i","delta":{"stdout":TEXT}""", """{"id":"i","type":"shell_call_output","call_id":"1","output":[{"stdout":TEXT,"stderr":""}]}""" },
        { "response.apply_patch_call_operation_diff.delta", """ "item_id":"i","delta":TEXT""", """{"id":"i","type":"apply_patch_call","call_id":"1","operation":{"type":"create_file","path":"p","diff":TEXT}}""" },
        { "response.reasoning_text.delta", """ "item_id":"i","content_index":0,"delta":TEXT""", """{"id":"i","type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":TEXT}],"encrypted_content":TEXT}""" },
        { "response.of_tomorrow.delta", """ "item_id":"i","delta":TEXT""", """{"id":"i","type":"message","content":[{"type":"output_text","text":TEXT}]}""" },
    };

    [Theory]
    [MemberData(nameof(Pieces))]
    public async Task Every_kind_of_text_of_a_response_is_masked(string type, string delta, string item)
    {
        var text = $"Use {Planted.OpenAI} now";
        List<string> events = [Event("response.created", """ "response":{"id":"r","object":"response","status":"in_progress","output":[]}""", 0)];
        events.AddRange(Cut(text, 4).Select((piece, i) => Event(type, $""" "output_index":0,"command_index":0,{delta.Replace("TEXT", JsonSerializer.Serialize(piece))}""", i + 1)));
        var whole = item.Replace("TEXT", JsonSerializer.Serialize(text));
        events.Add(Event("response.output_item.done", $""" "output_index":0,"item":{whole}""", events.Count));
        events.Add(Event("response.completed", $$""" "response":{"id":"r","object":"response","status":"completed","output":[{{whole}}]}""", events.Count));
        await using var gateway = await StartAsync([s_mask], upstream => upstream.ReplyStream(events));

        var (_, body, _) = await gateway.PostAsync("/v1/responses", """{"model":"openai/m","input":"Hi","stream":true}""");

        Assert.DoesNotContain(Planted.OpenAI[3..8], body);
        Assert.DoesNotContain("\"error\"", body);
        Assert.Equal(2, body.Split("\"Use [SECRET] now\"").Length - 1);
        Assert.Equal(events.Count, ServerSentEvents.Split(body).Count);
    }

    [Fact]
    public async Task A_refused_response_ends_with_the_next_number()
    {
        await using var gateway = await StartAsync([s_refuse], upstream => upstream.ReplyStream(
        [
            Event("response.created", """ "response":{"id":"r","status":"in_progress","output":[]}""", 0),
            Event("response.output_text.delta", """ "item_id":"i","output_index":0,"content_index":0,"delta":"Hi " """, 1),
            Event("response.output_text.delta", $$""" "item_id":"i","output_index":0,"content_index":0,"delta":"{{Planted.OpenAI[..9]}}" """, 2),
            Event("response.output_text.delta", $$""" "item_id":"i","output_index":0,"content_index":0,"delta":"{{Planted.OpenAI[9..]}} " """, 3),
        ]));

        var (_, body, _) = await gateway.PostAsync("/v1/responses", """{"model":"openai/m","input":"Hi","stream":true}""");

        var last = ServerSentEvents.Read(body).Last();
        Assert.Equal("error", last.Name);
        Assert.Equal(2, JsonElement.Parse(last.Data).GetProperty("sequence_number").GetInt32());
    }

    [Theory]
    [InlineData("plain/m", "/v1/responses", """{"model":"plain/m","input":"Hi","stream":true}""")]
    [InlineData("openai/m", "/v1/messages", """{"model":"openai/m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("openai/m", "/v1beta/models/openai%2Fm:streamGenerateContent?alt=sse", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""")]
    public async Task A_stream_of_another_surface_is_checked_too(string model, string path, string request)
    {
        Assert.NotEmpty(model);
        await using var gateway = await StartAsync([s_mask], upstream => upstream.ReplyStream(Stream(Cut($"Use {Planted.OpenAI} now", 3))));

        var (status, body, _) = await gateway.PostAsync(path, request);

        Assert.Equal(200, status);
        Assert.Contains("[SECRET]", body);
        Assert.DoesNotContain(Planted.OpenAI[12..16], body);
    }

    [Theory]
    [InlineData(GuardrailAction.Mask)]
    [InlineData(GuardrailAction.Refuse)]
    public async Task A_stream_of_Anthropics_own_is_checked_as_it_passes(GuardrailAction action)
    {
        var events = new List<string>
        {
            Typed("""{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}"""),
            Typed("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
        };
        events.AddRange(Cut($"Use {Planted.OpenAI} now", 5).Select(piece => Typed($$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{piece}}}"}}""")));
        events.AddRange([Typed("""{"type":"content_block_stop","index":0}"""), Typed("""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"""), Typed("""{"type":"message_stop"}""")]);
        await using var gateway = await StartAsync([s_mask with { Action = action }], upstream => upstream.ReplyStream(events));

        var (_, body, _) = await gateway.PostAsync("/v1/messages", """{"model":"claude/m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""");

        Assert.DoesNotContain(Planted.OpenAI[12..16], body);
        Assert.Equal(action == GuardrailAction.Mask, body.Contains("message_stop"));
        Assert.Equal(action == GuardrailAction.Refuse, body.Contains("event: error"));
    }

    [Fact]
    public async Task A_stream_of_Googles_own_is_checked_as_it_passes()
    {
        var pieces = Cut($"Use {Planted.OpenAI} now", 5).ToList();
        var events = pieces.Select((piece, i) => ServerSentEvents.Data($$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":"{{{piece}}}"}]},"index":0{{{(i == pieces.Count - 1 ? ",\"finishReason\":\"STOP\"" : "")}}}}]}"""));
        await using var gateway = await StartAsync([s_mask], upstream => upstream.ReplyStream(events));

        var (status, body, _) = await gateway.PostAsync("/v1beta/models/google%2Fm:streamGenerateContent?alt=sse", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""");

        Assert.Equal(200, status);
        Assert.Contains("[SECRET]", body);
        Assert.DoesNotContain(Planted.OpenAI[12..16], body);
    }

    internal static IEnumerable<string> Cut(string text, int size)
    {
        for (var at = 0; at < text.Length; at += size)
        {
            yield return text.Substring(at, Math.Min(size, text.Length - at));
        }
    }

    private static string Event(string type, string members, int number) => ServerSentEvents.Named(type, $$"""{"type":"{{type}}","sequence_number":{{number}},{{members}}}""");

    private static string Typed(string json) => ServerSentEvents.Named(JsonElement.Parse(json).GetProperty("type").GetString()!, json);

    private static IEnumerable<JsonElement> Deltas(string stream) => ServerSentEvents.Read(stream).Where(one => one.Data.StartsWith('{')).SelectMany(one => JsonElement.Parse(one.Data).GetProperty("choices").EnumerateArray()).Select(choice => choice.GetProperty("delta"));
}
