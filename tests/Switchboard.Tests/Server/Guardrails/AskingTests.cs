using Switchboard.Gateway.Configuration;
using Switchboard.Protocol.Webhooks;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Guardrails;
using static Switchboard.Tests.Server.Guardrails.CheckedGateway;

namespace Switchboard.Tests.Server.Guardrails;

/// <summary>Guardrails that ask a model or a webhook.</summary>
public sealed class AskingTests
{
    private const string WebhookSecret = "planted-secret-of-the-webhook";

    private static readonly GuardrailSettings s_moderation = Guardrail(GuardrailCheck.Moderation, GuardrailAction.Refuse) with { Model = "openai/omni" };

    [Theory]
    [InlineData(null, null, 400)]
    [InlineData("hate", null, 200)]
    [InlineData("violence", null, 400)]
    [InlineData(null, 0.9, 200)]
    [InlineData(null, 0.5, 400)]
    [InlineData("hate", 0.05, 400)]
    public async Task A_moderation_refuses_by_categories_and_scores(string? category, double? threshold, int expected)
    {
        await using var gateway = await StartAsync(
            [s_moderation with { On = GuardrailSide.Input, Categories = category is null ? [] : [category], Threshold = threshold }],
            upstream => upstream.On("/v1/moderations", request => Moderation(request, "kill")));

        var (status, answer, _) = await gateway.ChatAsync("I will kill it");

        Assert.Equal(expected, status);
        Assert.Equal(expected == 400, answer.Contains("messages[1].content is judged harmful"));
        Assert.Equal(["Be kind.", "I will kill it"], gateway.Upstream.Requests[0].Json.GetProperty("input").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal("omni", gateway.Upstream.Requests[0].Json.GetProperty("model").GetString());
    }

    [Fact]
    public async Task An_answer_is_moderated_before_it_leaves()
    {
        await using var gateway = await StartAsync(
            [s_moderation with { On = GuardrailSide.Output }],
            upstream => upstream.On("/v1/moderations", request => Moderation(request, "kill")).Otherwise(_ => UpstreamAnswer.Json(Completion("kill it"))));

        var (status, answer, _) = await gateway.ChatAsync("Hi");

        Assert.Equal(400, status);
        Assert.Contains("choices[0].message.content is judged harmful: violence", answer);
        Assert.DoesNotContain("kill it", answer);
    }

    [Fact]
    public async Task What_was_fine_to_ask_is_asked_about_again_when_it_is_the_answer()
    {
        await using var gateway = await StartAsync(
            [s_moderation with { On = GuardrailSide.Both }],
            upstream => upstream.On("/v1/moderations", request => Moderation(request, "kill")).Otherwise(_ => UpstreamAnswer.Json(Completion("echo"))));

        Assert.Equal(200, (await gateway.ChatAsync("echo")).Status);

        Assert.Equal(["Be kind. echo", "echo"], gateway.Upstream.Requests.Where(request => request.Path == "/v1/moderations").Select(request => string.Join(' ', request.Json.GetProperty("input").EnumerateArray().Select(text => text.GetString()))));
    }

    [Fact]
    public async Task A_stream_is_moderated_piece_by_piece()
    {
        var good = string.Concat(Enumerable.Repeat("good ", 50));
        await using var gateway = await StartAsync(
            [s_moderation with { On = GuardrailSide.Output, Every = 100 }],
            upstream => upstream.On("/v1/moderations", request => Moderation(request, "kill")).Otherwise(_ => UpstreamAnswer.Stream(Stream([.. StreamTests.Cut(good, 10), "now kill it", " at once"]))));

        var (_, body, _) = await gateway.ChatAsync("Hi", stream: true);

        Assert.StartsWith(good[..100], Said(body));
        Assert.DoesNotContain("kill", body);
        Assert.Contains("content_policy_violation", body);
        Assert.True(gateway.Upstream.Requests.Count > 3);
    }

    [Theory]
    [InlineData("safe", 200)]
    [InlineData("unsafe\nviolence, crime", 400)]
    [InlineData("I cannot say.", 503)]
    public async Task A_chat_model_says_safe_or_unsafe(string said, int expected)
    {
        await using var gateway = await StartAsync(
            [s_moderation with { On = GuardrailSide.Input, Ask = ModerationQuestion.Chat, Model = "openai/guard" }],
            upstream => upstream.Reply(200, Completion(said)));

        Assert.Equal(expected, (await gateway.ChatAsync("Hi there")).Status);

        var asked = gateway.Upstream.Requests[0].Json.GetProperty("messages");
        Assert.Contains("safe", asked[0].GetProperty("content").GetString());
        Assert.Equal("Be kind.\n\nHi there", asked[1].GetProperty("content").GetString());
    }

    [Theory]
    [InlineData(GuardrailFailure.Refuse, 503)]
    [InlineData(GuardrailFailure.Pass, 200)]
    public async Task A_model_that_does_not_answer_refuses_or_passes_as_it_is_set(GuardrailFailure failure, int expected)
    {
        await using var gateway = await StartAsync(
            [s_moderation with { On = GuardrailSide.Input, WhenUnavailable = failure }],
            upstream => upstream.On("/v1/moderations", _ => UpstreamAnswer.Json("""{"error":{"message":"no","type":"x","param":null,"code":null}}""", 401)));

        var (status, answer, _) = await gateway.ChatAsync("Hi");

        Assert.Equal(expected, status);
        Assert.Equal(expected == 503, answer.Contains("guardrail_unavailable"));
        Assert.Contains(gateway.Log.Lines, line => line.Contains("could not check"));
    }

    [Fact]
    public async Task A_webhook_gets_the_texts_signed_and_masks_them()
    {
        await using var hook = ReplayUpstream.Start();
        hook.On("/check", request => UpstreamAnswer.JsonOf(new { action = "mask", texts = request.Json.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!.Replace("cat", "dog")).ToArray() }));
        await using var gateway = await StartAsync([Hook(hook) with { Secret = new Secret(WebhookSecret), On = GuardrailSide.Both }], upstream => upstream.Reply(200, Completion("A cat.")));

        var (status, answer, named) = await gateway.ChatAsync("My cat");

        Assert.Equal((200, "hook"), (status, named));
        Assert.Contains("My dog", gateway.Asked);
        Assert.Contains("A dog.", answer);
        var asked = hook.Requests[0];
        Assert.Equal(("hook", "input", "openai/m"), (Text(asked, "guardrail"), Text(asked, "stage"), Text(asked, "model")));
        Assert.Equal("output", Text(hook.Requests[1], "stage"));
        var headers = new WebhookHeaders(Header(asked, "webhook-id"), Header(asked, "webhook-timestamp"), Header(asked, "webhook-signature"));
        Assert.Equal(WebhookVerdict.Valid, WebhookSignature.Verify(asked.Body.Span, headers, WebhookSecret, DateTimeOffset.FromUnixTimeSeconds(long.Parse(headers.Timestamp!, null))));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(WebhookSecret) || line.Contains("My cat"));
    }

    [Fact]
    public async Task A_webhook_masks_a_stream_piece_by_piece()
    {
        await using var hook = ReplayUpstream.Start();
        hook.On("/check", request => UpstreamAnswer.JsonOf(new { action = "mask", texts = new[] { request.Json.GetProperty("texts")[0].GetString()!.ToUpperInvariant() } }));
        await using var gateway = await StartAsync([Hook(hook) with { On = GuardrailSide.Output, Every = 100 }], upstream => upstream.ReplyStream(Stream(StreamTests.Cut(string.Concat(Enumerable.Repeat("a cat ", 60)), 7))));

        var (_, body, _) = await gateway.ChatAsync("Hi", stream: true);

        Assert.Equal(string.Concat(Enumerable.Repeat("A CAT ", 60)), Said(body));
        Assert.EndsWith(ServerSentEvents.Done, body);
    }

    [Fact]
    public async Task A_webhook_refuses_with_its_reason()
    {
        await using var hook = ReplayUpstream.Start();
        hook.On("/check", _ => UpstreamAnswer.Json("""{"action":"refuse","reason":"Not on Sundays."}"""));
        await using var gateway = await StartAsync([Hook(hook)]);

        var (status, answer, _) = await gateway.ChatAsync("Hi");

        Assert.Equal(400, status);
        Assert.Contains("was refused: Not on Sundays", answer);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData(500, """{"action":"allow"}""")]
    [InlineData(302, "")]
    [InlineData(200, "no JSON")]
    [InlineData(200, """{"action":"maybe"}""")]
    [InlineData(200, """{"action":"mask","texts":["one"]}""")]
    [InlineData(200, """{"action":"mask"}""")]
    [InlineData(200, "[]")]
    public async Task A_webhook_that_fails_refuses_or_passes_as_it_is_set(int status, string answer)
    {
        await using var hook = ReplayUpstream.Start();
        hook.On("/check", _ => UpstreamAnswer.Json(answer, status).WithHeader("location", "/elsewhere"));
        await using var strict = await StartAsync([Hook(hook)]);
        await using var open = await StartAsync([Hook(hook) with { WhenUnavailable = GuardrailFailure.Pass }]);

        Assert.Equal(503, (await strict.ChatAsync("Hi")).Status);
        Assert.Equal(200, (await open.ChatAsync("Hi")).Status);
        Assert.DoesNotContain(hook.Requests, request => request.Path.Contains("elsewhere"));
    }

    [Fact]
    public async Task A_webhook_that_is_silent_or_gone_holds_nothing_up()
    {
        await using var hook = ReplayUpstream.Start();
        hook.On("/check", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return UpstreamAnswer.Json("{}");
        });
        await using var gateway = await StartAsync([Hook(hook) with { Timeout = TimeSpan.FromMilliseconds(100) }]);

        Assert.Equal(503, (await gateway.ChatAsync("Hi")).Status);
        hook.RefuseConnections();
        Assert.Equal(503, (await gateway.ChatAsync("Hi")).Status);
        hook.AcceptConnections();
    }

    [Fact]
    public async Task A_webhook_that_answers_without_end_is_left()
    {
        await using var hook = ReplayUpstream.Start();
        hook.On("/check", _ => UpstreamAnswer.Json("{\"action\":\"allow\",\"x\":\"" + new string('x', 9 * 1024 * 1024) + "\"}"));
        await using var gateway = await StartAsync([Hook(hook)]);

        Assert.Equal(503, (await gateway.ChatAsync("Hi")).Status);
    }

    [Fact]
    public async Task A_request_in_two_dialects_is_asked_about_once()
    {
        await using var hook = ReplayUpstream.Start();
        hook.On("/check", _ => UpstreamAnswer.Json("""{"action":"allow"}"""));
        await using var gateway = await StartAsync([Hook(hook)]);

        await gateway.PostAsync("/v1/messages", """{"model":"claude/m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Single(hook.Requests);
    }

    [Fact]
    public async Task The_webhook_comes_after_the_mask_before_it()
    {
        await using var hook = ReplayUpstream.Start();
        hook.On("/check", _ => UpstreamAnswer.Json("""{"action":"allow"}"""));
        await using var gateway = await StartAsync([Guardrail(GuardrailCheck.Secrets), Hook(hook)]);

        await gateway.ChatAsync($"My key is {Planted.OpenAI}.");

        Assert.DoesNotContain(Planted.OpenAI, hook.Requests[0].BodyText);
        Assert.Contains("[SECRET]", hook.Requests[0].BodyText);
    }

    private static GuardrailSettings Hook(ReplayUpstream hook) =>
        Guardrail(GuardrailCheck.Webhook, GuardrailAction.Refuse, GuardrailSide.Input, "hook") with { Url = new Uri(hook.RootUrl, "check") };

    private static string? Text(UpstreamRequest request, string member) => request.Json.GetProperty(member).GetString();

    private static string? Header(UpstreamRequest request, string name) => request.Headers.First(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static UpstreamAnswer Moderation(UpstreamRequest request, string bad) => UpstreamAnswer.JsonOf(new
    {
        id = "m",
        model = "omni",
        results = request.Json.GetProperty("input").EnumerateArray().Select(text => text.GetString()!.Contains(bad)).Select(isBad => new
        {
            flagged = isBad,
            categories = new { violence = isBad, hate = false },
            category_scores = new { violence = isBad ? 0.8 : 0.01, hate = isBad ? 0.1 : 0.01 },
        }).ToArray(),
    });
}
