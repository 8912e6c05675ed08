using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Guardrails;
using static Switchboard.Tests.Server.Guardrails.CheckedGateway;

namespace Switchboard.Tests.Server.Guardrails;

/// <summary>What is kept of an answer is what its caller was let see, whichever way it is read back.</summary>
public sealed class KeptAnswerTests
{
    private static readonly GuardrailSettings s_mask = Guardrail(GuardrailCheck.Secrets, on: GuardrailSide.Output) with { Models = ["plain/*"] };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_masked_answer_is_kept_masked(bool stream)
    {
        await using var gateway = await StartAsync([s_mask], upstream => Answer(upstream, stream, $"a {Planted.OpenAI} b"));
        var (name, id) = await ConverseAsync(gateway);

        var (status, body, _) = await gateway.PostAsync("/v1/responses", Ask(name, stream));

        Assert.Equal(200, status);
        Assert.DoesNotContain(Planted.OpenAI, body);
        foreach (var path in (string[])[$"/api/v1/conversations/{id}/messages", $"/api/v1/conversations/{id}/export", $"/api/v1/conversations/{id}/export?format=text", $"/v1/conversations/{name}/items", $"/v1/responses/{IdOf(body)}"])
        {
            var read = await gateway.Gateway.Client.GetStringAsync(path, TestContext.Current.CancellationToken);
            Assert.True(read.Contains("a [SECRET] b") && !read.Contains(Planted.OpenAI), path + read);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refused_answer_is_not_kept(bool stream)
    {
        await using var gateway = await StartAsync([s_mask with { Action = GuardrailAction.Refuse }], upstream => Answer(upstream, stream, $"a {Planted.OpenAI} b"));
        var (name, id) = await ConverseAsync(gateway);

        var (status, body, _) = await gateway.PostAsync("/v1/responses", Ask(name, stream));

        Assert.Equal(stream ? 200 : 400, status);
        Assert.Contains("content_policy_violation", body);
        using var messages = JsonDocument.Parse(await gateway.Gateway.Client.GetStringAsync($"/api/v1/conversations/{id}/messages", TestContext.Current.CancellationToken));
        Assert.Equal(0, messages.RootElement.GetProperty("data").GetArrayLength());
        if (stream)
        {
            using var read = await gateway.Gateway.Client.GetAsync($"/v1/responses/{IdOf(body)}", TestContext.Current.CancellationToken);
            Assert.Equal(404, (int)read.StatusCode);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_masked_thought_is_in_nothing_that_goes_with_it(bool stream)
    {
        var thought = $$"""{"role":"assistant","content":"x","reasoning_content":"a {{Planted.OpenAI}} b","reasoning_details":[{"type":"reasoning.text","text":"a {{Planted.OpenAI}} b","signature":"s"}]}""";
        string[] events = [Chunk(thought), Finish(), ServerSentEvents.Done];
        var whole = $$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{{thought}},"finish_reason":"stop"}]}""";
        await using var gateway = await StartAsync([s_mask], upstream => _ = stream ? upstream.ReplyStream(events) : upstream.Reply(200, whole));

        var (_, body, _) = await gateway.PostAsync("/v1/responses", Ask(null, stream, ""","include":["reasoning.encrypted_content"]"""));
        await gateway.PostAsync("/v1/responses", Ask(null, stream: false, $$""","previous_response_id":"{{IdOf(body)}}" """).Replace("plain/m", "claude/m"));

        Assert.Contains("[SECRET]", body);
        Assert.DoesNotContain("sb1.", body);
        Assert.DoesNotContain(Planted.OpenAI, gateway.Asked);
        Assert.DoesNotContain("signature", gateway.Asked);
    }

    [Fact]
    public async Task What_a_provider_wants_back_is_kept_where_nothing_was_masked()
    {
        var thought = """{"role":"assistant","content":"x","reasoning_content":"a b","reasoning_details":[{"type":"reasoning.text","text":"a b","signature":"s"}]}""";
        var whole = $$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{{thought}},"finish_reason":"stop"}]}""";
        await using var gateway = await StartAsync([s_mask], upstream => upstream.Reply(200, whole.Replace("\"x\"", $"\"{Planted.OpenAI}\"")).Reply(200, whole));

        var (_, body, _) = await gateway.PostAsync("/v1/responses", Ask(null, stream: false));
        await gateway.PostAsync("/v1/responses", Ask(null, stream: false, $$""","previous_response_id":"{{IdOf(body)}}" """).Replace("plain/m", "claude/m"));

        Assert.Contains("[SECRET]", gateway.Asked);
        Assert.Contains("\"signature\":\"s\"", gateway.Asked);
    }

    [Theory]
    [InlineData("/v1/chat/completions/c", """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a HOLE b"},"finish_reason":"stop"}]}""")]
    [InlineData("/v1/chat/completions", """{"object":"list","data":[{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"a HOLE b"}}]}],"has_more":false}""")]
    [InlineData("/v1/chat/completions/c/messages", """{"object":"list","data":[{"id":"c-0","role":"user","content":"a HOLE b"}],"has_more":false}""")]
    public async Task What_a_provider_keeps_of_a_chat_is_checked_when_it_is_read(string path, string answer)
    {
        await using var gateway = await StartAsync([s_mask], upstream => upstream.Reply(200, answer.Replace("HOLE", Planted.OpenAI)));

        var read = await gateway.Gateway.Client.GetStringAsync($"{path}?provider=openai", TestContext.Current.CancellationToken);

        Assert.Equal(answer.Replace("HOLE", "[SECRET]"), read);
    }

    [Fact]
    public async Task A_masked_message_is_kept_masked()
    {
        await using var gateway = await StartAsync([s_mask with { On = GuardrailSide.Input }]);

        var (_, answer, _) = await gateway.PostAsync("/api/v1/chat", $$"""{"model":"plain/m","message":"a {{Planted.OpenAI}} b"}""");

        var id = JsonElement.Parse(answer).GetProperty("conversation_id").GetString();
        Assert.Contains("a [SECRET] b", gateway.Asked);
        foreach (var path in (string[])["/api/v1/conversations", $"/api/v1/conversations/{id}/messages", $"/api/v1/conversations/{id}/export?format=markdown"])
        {
            var read = await gateway.Gateway.Client.GetStringAsync(path, TestContext.Current.CancellationToken);
            Assert.True(read.Contains("[SECRET]") && !read.Contains(Planted.OpenAI), path + read);
        }
    }

    private static string Ask(string? conversation, bool stream, string more = "") =>
        $$"""{"model":"plain/m","input":"Hi","stream":{{(stream ? "true" : "false")}}{{(conversation is null ? "" : $",\"conversation\":\"{conversation}\"")}}{{more}}}""";

    private static void Answer(ReplayUpstream upstream, bool stream, string text)
    {
        if (stream)
        {
            upstream.ReplyStream(Stream(text[..9], text[9..]));
        }
        else
        {
            upstream.Reply(200, Completion(text));
        }
    }

    // A conversation of the gateway's own, as both APIs name it.
    private static async Task<(string Name, string Id)> ConverseAsync(CheckedGateway gateway)
    {
        var (status, body, _) = await gateway.PostAsync("/v1/conversations", "{}", ("x-switchboard-provider", "plain"));
        Assert.True(status == 200, body);
        var name = JsonElement.Parse(body).GetProperty("id").GetString()!;
        return (name, Guid.ParseExact(name["conv_sb".Length..], "N").ToString());
    }

    private static string IdOf(string body)
    {
        var at = body.IndexOf("\"resp_", StringComparison.Ordinal) + 1;
        return body[at..body.IndexOf('"', at)];
    }
}
