using System.Text.Json;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>What the gateway adds to a provider, with the npm package <c>openai</c>; all else is in <c>Conformance</c>.</summary>
[Collection<OnProvider>]
public sealed class NpmOpenAIProviderTests(Provider provider)
{
    private const string ChatPath = "/v1/chat/completions";

    private const string Answer = """
        {"id":"chatcmpl-2","object":"chat.completion","created":1767225600,"model":"gpt-4o-mini","choices":[
        {"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"},
        {"index":1,"message":{"role":"assistant","content":"Hi there."},"finish_reason":"stop"}]}
        """;

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData($"{Provider.Name}/gpt-4o-mini")]
    public async Task A_model_answers_under_its_own_name_and_with_its_providers(string model)
    {
        var asked = provider.Answer(ChatPath, UpstreamAnswer.Json(Answer));

        var seen = await RunAsync(model);

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Answer), seen.GetProperty("answer")), seen.ToString());
        Assert.Equal("gpt-4o-mini", Assert.Single(asked).Json.GetProperty("model").GetString());
        Assert.Equal($"Bearer {Provider.Key}", Assert.Single(asked).Header("Authorization"));
    }

    [Fact]
    public async Task A_model_that_nobody_lists_is_not_found_and_the_provider_not_asked()
    {
        var asked = provider.Answer(ChatPath, UpstreamAnswer.Json(Answer));

        var seen = await RunAsync("gpt-none");

        NpmOpenAITests.AssertError(seen, "NotFoundError", 404, "invalid_request_error", "model_not_found");
        Assert.Empty(asked);
    }

    private Task<JsonElement> RunAsync(string model)
    {
        var request = new { model, messages = new[] { new { role = "user", content = "Hello!" } }, n = 2 };
        return NodeScript.RunAsync("chat", new { baseURL = provider.BaseUrl, request });
    }
}
