using System.Net;
using System.Text.Json;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Surfaces;
using Switchboard.Tests.Server.Fixtures;

namespace Switchboard.Tests.Server.Surfaces;

/// <summary>
/// Real answers of providers, replayed as upstream behind the real gateway: callers of Anthropic's and Google's APIs get
/// valid answers of theirs that say what the provider said; of their own dialect, the provider's bytes.
/// </summary>
public sealed class SurfaceFixtureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var dialect in FixtureOracles.Dialects)
        {
            pairs.Add("anthropic", dialect);
            pairs.Add("gemini", dialect);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Answers_arrive_as_they_were_meant(string surface, string dialect)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.StartAsync(configuration: ProviderFixtureTests.ConfigurationOf(dialect, upstream));
        var failures = new List<string>();
        var answers = ChatFixtures.Of(dialect).Where(fixture => fixture.Status == 200).ToArray();

        foreach (var fixture in answers)
        {
            failures.AddRange((await CheckAsync(gateway, upstream, surface, fixture)).Select(difference => $"{fixture}: {difference}"));
        }

        Assert.True(failures.Count == 0, $"{failures.Count} differences in {answers.Length} answers\n{string.Join('\n', failures.Take(40))}");
        Assert.NotEmpty(answers);
    }

    private static async Task<IEnumerable<string>> CheckAsync(ServedGateway gateway, ReplayUpstream upstream, string surface, ChatFixture fixture)
    {
        upstream.Reply(fixture.ToAnswer());
        using var response = await AskAsync(gateway, surface, fixture);
        var body = await response.Content.ReadAsByteArrayAsync(Token);
        var answer = fixture with { Body = body, Dialect = surface };
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return [$"{response.StatusCode} {answer.Text}"];
        }

        if (surface == fixture.Dialect)
        {
            return answer.Body.Span.SequenceEqual(fixture.Body.Span) || IsSame(fixture, answer) ? [] : [$"not the provider's bytes: {answer.Text[..Math.Min(400, answer.Text.Length)]}"];
        }

        try
        {
            if (surface == "anthropic" && fixture.IsStream)
            {
                MessageGrammar.Check(answer.Text);
            }

            var (meant, told) = (Meant(FixtureOracles.Read(fixture), fixture), Meant(FixtureOracles.Read(answer), fixture));
            return meant.DifferencesTo(told);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException or ArgumentException or FormatException or Xunit.Sdk.XunitException)
        {
            return [$"{fault.Message} in {answer.Text[..Math.Min(600, answer.Text.Length)]}"];
        }
    }

    // What ends a stream may be cut off behind its last event, and a last event without its blank line gets one.
    private static bool IsSame(ChatFixture fixture, ChatFixture answer) =>
        fixture.IsStream && ServerSentEvents.Read(fixture.Text).SequenceEqual(ServerSentEvents.Read(answer.Text));

    // Some servers call tools and say that they stopped, or the other way round; these dialects say what is there.
    private static ChatFacts Meant(ChatFacts facts, ChatFixture fixture)
    {
        var isXai = fixture.Name.Contains("grok", StringComparison.Ordinal) || fixture.Name.Contains("xai", StringComparison.Ordinal);
        return facts with
        {
            Finish = facts.Finish is "stop" or "tool_calls" or "function_call" ? facts.Tools.Count > 0 ? "tool_calls" : "stop" : facts.Finish,

            // xAI counts reasoning and cache beside the rest, which the surfaces set right (ChatUsageReaderTests).
            Prompt = isXai ? 0 : facts.Prompt,
            Completion = isXai ? 0 : facts.Completion,

            // Moonshot's own member for it, which the oracle does not know.
            Cached = isXai || fixture.Name.EndsWith("moonshotai-reasoning.json", StringComparison.Ordinal) ? 0 : facts.Cached,

            // A refusal is text in dialects that have no word for it.
            Content = fixture.Name.Contains("anthropic-refusal", StringComparison.Ordinal) ? "" : facts.Content,

            // Told in reasoning_details alone, which the oracle does not read.
            Reasoning = fixture.Name.Contains("openrouter_openai_gpt-5_2_searches", StringComparison.Ordinal) ? "" : facts.Reasoning,
        };
    }

    private static Task<HttpResponseMessage> AskAsync(ServedGateway gateway, string surface, ChatFixture fixture)
    {
        var model = fixture.Provider == "mistral" ? "mistral/m" : "up/m";
        return surface == "anthropic"
            ? gateway.PostAsync("/v1/messages", $$"""{"model":"{{model}}","max_tokens":64,"messages":[{"role":"user","content":"Hi"}],"stream":{{(fixture.IsStream ? "true" : "false")}}}""")
            : gateway.PostAsync($"/v1beta/models/{model}:{(fixture.IsStream ? "streamGenerateContent?alt=sse" : "generateContent")}", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""");
    }
}
