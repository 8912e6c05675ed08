using Switchboard.Gateway.Configuration;
using Switchboard.Tests.Gateway.Guardrails;
using Switchboard.Tests.Gateway.Support;
using static Switchboard.Tests.Server.Guardrails.CheckedGateway;

namespace Switchboard.Tests.Server.Guardrails;

[Collection(MetricCapture.Collection)]
public sealed class MetricTests
{
    [Fact]
    public async Task What_a_guardrail_does_is_counted()
    {
        using var metrics = new MetricCapture();
        await using var gateway = await StartAsync(
            [Guardrail(GuardrailCheck.Secrets, name: "counted"), Guardrail(GuardrailCheck.Words, GuardrailAction.Refuse, name: "counted-words") with { Words = ["banana"] }],
            upstream => upstream.Reply(200, Completion(Planted.OpenAI)).ReplyStream(Stream("a ", "banana ", "b")));

        await gateway.ChatAsync($"{Planted.OpenAI} {Planted.Aws}");
        await gateway.ChatAsync("Hi", stream: true);
        await gateway.ChatAsync("banana");

        Assert.Equal(2, metrics["switchboard.guardrails counted input masked"]);
        Assert.Equal(1, metrics["switchboard.guardrails counted output masked"]);
        Assert.Equal(1, metrics["switchboard.guardrails counted-words output refused"]);
        Assert.Equal(1, metrics["switchboard.guardrails counted-words input refused"]);
    }
}
