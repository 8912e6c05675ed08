using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Tests.Gateway.Guardrails;
using static Switchboard.Tests.Server.Guardrails.CheckedGateway;

namespace Switchboard.Tests.Server.Guardrails;

/// <summary>What a request goes on from is checked with it: nothing goes to a model that was put somewhere before.</summary>
public sealed class HistoryTests
{
    private static readonly GuardrailSettings s_mask = Guardrail(GuardrailCheck.Secrets, on: GuardrailSide.Input) with { IsDefault = false };
    private static readonly GuardrailSettings s_refuse = s_mask with { Action = GuardrailAction.Refuse };

    // Switched on where a model is asked, so that it does not look at what is put there before.
    private static readonly (string, string) s_on = ("x-switchboard-guardrails", "secrets");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Items_of_a_conversation_are_masked(bool later)
    {
        await using var gateway = await StartAsync([s_mask]);
        var (name, _) = await ConverseAsync(gateway, later);

        await gateway.PostAsync("/v1/responses", $$"""{"model":"plain/m","input":"Hi","conversation":"{{name}}"}""", s_on);

        Assert.Contains("a [SECRET] b", gateway.Asked);
        Assert.DoesNotContain(Planted.OpenAI, gateway.Asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Items_of_a_conversation_are_refused(bool later)
    {
        await using var gateway = await StartAsync([s_refuse]);
        var (name, _) = await ConverseAsync(gateway, later);

        var (status, body, _) = await gateway.PostAsync("/v1/responses", $$$"""{"model":"plain/m","input":"Hi","conversation":{"id":"{{{name}}}"}}""", s_on);

        Assert.Equal(400, status);
        Assert.Equal("""{"error":{"message":"The guardrail 'secrets' refuses the request: conversation holds SECRET.","type":"invalid_request_error","param":"conversation","code":"content_policy_violation"}}""", body);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData("plain/m")]
    [InlineData("claude/m")]
    [InlineData("openai/m")]
    public async Task An_item_that_is_named_is_masked(string model)
    {
        await using var gateway = await StartAsync([s_mask]);
        var (_, item) = await ConverseAsync(gateway, later: false);

        await gateway.PostAsync("/v1/responses", $$"""{"model":"{{model}}","input":[{"type":"item_reference","id":"{{item}}"}]}""", s_on);

        Assert.Contains("a [SECRET] b", gateway.Asked);
        Assert.DoesNotContain(Planted.OpenAI, gateway.Asked);
    }

    // What held for the model before may not be what holds for this one.
    [Theory]
    [InlineData("claude/m")]
    [InlineData("openai/m")]
    public async Task A_response_before_is_masked(string model)
    {
        await using var gateway = await StartAsync([s_mask with { Models = [model], IsDefault = true }], upstream => upstream.Reply(200, Completion($"b {Planted.GitHub}")));
        var (_, body, _) = await gateway.PostAsync("/v1/responses", $$"""{"model":"plain/m","input":"a {{Planted.OpenAI}} b"}""");
        Assert.Contains(Planted.OpenAI, gateway.Asked);

        await gateway.PostAsync("/v1/responses", $$"""{"model":"{{model}}","input":"Hi","previous_response_id":"{{JsonElement.Parse(body).GetProperty("id").GetString()}}"}""");

        Assert.Contains("a [SECRET] b", gateway.Asked);
        Assert.Contains("b [SECRET]", gateway.Asked);
        Assert.DoesNotContain(Planted.OpenAI, gateway.Asked);
        Assert.DoesNotContain(Planted.GitHub, gateway.Asked);
    }

    [Fact]
    public async Task What_is_packed_as_a_providers_own_is_no_way_around()
    {
        await using var gateway = await StartAsync([s_mask]);
        var packed = "sb1." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"type":"reasoning.text","text":"a {{Planted.OpenAI}} b","signature":"s"}"""));

        await gateway.PostAsync("/v1/responses", $$"""{"model":"claude/m","input":[{"role":"user","content":"Hi"},{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"{{packed}}"},{"role":"assistant","content":"x"},{"role":"user","content":"y"}]}""", s_on);

        Assert.Contains("a [SECRET] b", gateway.Asked);
        Assert.DoesNotContain(Planted.OpenAI, gateway.Asked);
    }

    [Fact]
    public async Task A_length_is_that_of_all_that_goes_to_the_model()
    {
        var on = ("x-switchboard-guardrails", "length");
        await using var gateway = await StartAsync([Guardrail(GuardrailCheck.Length, GuardrailAction.Refuse, GuardrailSide.Input) with { MaxCharacters = 20, IsDefault = false }]);
        var (name, _) = await ConverseAsync(gateway, later: false);

        Assert.Equal(200, (await gateway.PostAsync("/v1/responses", """{"model":"plain/m","input":"Hi"}""", on)).Status);
        Assert.Equal(400, (await gateway.PostAsync("/v1/responses", $$"""{"model":"plain/m","input":"Hi","conversation":"{{name}}"}""", on)).Status);
    }

    public static TheoryData<string, string> Uploads => new()
    {
        { "/v1/conversations", """{"items":[{"type":"message","role":"user","content":"a HOLE b"}]}""" },
        { "/v1/conversations/conv_1/items", """{"items":[{"type":"message","role":"user","content":[{"type":"input_text","text":"a HOLE b"}]}]}""" },
        { "/v1/responses/compact", """{"model":"m","input":[{"role":"user","content":"a HOLE b"}]}""" },
        { "/v1/responses/input_tokens", """{"model":"m","input":"a HOLE b"}""" },
    };

    // Later it is the provider itself that goes on from it.
    [Theory]
    [MemberData(nameof(Uploads))]
    public async Task What_a_provider_keeps_is_checked_before_it_gets_it(string path, string body)
    {
        await using var gateway = await StartAsync([s_mask with { IsDefault = true }]);

        await gateway.PostAsync(path, body.Replace("HOLE", Planted.OpenAI), ("x-switchboard-provider", "openai"));
        var masked = gateway.Asked;
        await using var strict = await StartAsync([s_refuse with { IsDefault = true }]);
        var (status, _, _) = await strict.PostAsync(path, body.Replace("HOLE", Planted.OpenAI), ("x-switchboard-provider", "openai"));

        Assert.Equal(body.Replace("HOLE", "[SECRET]"), masked);
        Assert.Equal(400, status);
        Assert.Empty(strict.Upstream.Requests);
    }

    [Fact]
    public async Task What_the_gateway_keeps_is_kept_masked()
    {
        await using var gateway = await StartAsync([s_mask with { IsDefault = true }]);

        var (name, _) = await ConverseAsync(gateway, later: true);

        Assert.Contains("a [SECRET] b", await gateway.Gateway.Client.GetStringAsync($"/v1/conversations/{name}/items", TestContext.Current.CancellationToken));
    }

    private static async Task<(string Name, string Item)> ConverseAsync(CheckedGateway gateway, bool later)
    {
        var items = $$"""{"items":[{"type":"message","role":"user","content":"a {{Planted.OpenAI}} b"}]}""";
        var (status, body, _) = await gateway.PostAsync("/v1/conversations", later ? "{}" : items, ("x-switchboard-provider", "plain"));
        Assert.True(status == 200, body);
        var name = JsonElement.Parse(body).GetProperty("id").GetString()!;
        if (later)
        {
            await gateway.PostAsync($"/v1/conversations/{name}/items", items);
        }

        var listed = await gateway.Gateway.Client.GetStringAsync($"/v1/conversations/{name}/items", TestContext.Current.CancellationToken);
        return (name, JsonElement.Parse(listed).GetProperty("data")[0].GetProperty("id").GetString()!);
    }
}
