using System.Net;
using System.Text.Json;
using Switchboard.Client.Chat;
using Switchboard.Gateway.Configuration;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Fixtures;

/// <summary>
/// Real answers of providers, replayed as upstream behind the real gateway: each arrives as a valid OpenAI answer that
/// says what the provider said.
/// </summary>
public sealed class ProviderFixtureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Dialects => [.. FixtureOracles.Dialects];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Answers_arrive_as_they_were_meant(string dialect)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.StartAsync(configuration: ConfigurationOf(dialect, upstream));
        var failures = new List<string>();
        var answers = ChatFixtures.Of(dialect).Where(fixture => fixture.Status == 200).ToArray();

        foreach (var fixture in answers)
        {
            failures.AddRange((await CheckAsync(gateway, upstream, fixture)).Select(difference => $"{fixture}: {difference}"));
        }

        Assert.True(failures.Count == 0, $"{failures.Count} differences in {answers.Length} answers\n{string.Join('\n', failures.Take(40))}");
        Assert.NotEmpty(answers);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Errors_keep_their_meaning(string dialect)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.StartAsync(configuration: ConfigurationOf(dialect, upstream));

        foreach (var fixture in ChatFixtures.Of(dialect).Where(fixture => fixture.Status != 200))
        {
            upstream.Reply(fixture.ToAnswer());
            using var response = await gateway.PostAsync("/v1/chat/completions", RelayedGateway.Chat());
            var body = await response.Content.ReadAsStringAsync(Token);

            Assert.True(FixtureOracles.StatusOf(fixture) == (int)response.StatusCode, $"{fixture}: {response.StatusCode} {body}");
            using var error = JsonDocument.Parse(body);
            Assert.NotEqual("", error.RootElement.GetProperty("error").GetProperty("message").GetString());
        }
    }

    private static async Task<IEnumerable<string>> CheckAsync(ServedGateway gateway, ReplayUpstream upstream, ChatFixture fixture)
    {
        upstream.Reply(fixture.ToAnswer());
        var request = RelayedGateway.Chat(fixture.IsStream, fixture.Provider == "mistral" ? "mistral/m" : "up/m").Replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}", StringComparison.Ordinal);
        using var response = await gateway.PostAsync("/v1/chat/completions", request);
        var body = await response.Content.ReadAsStringAsync(Token);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return [$"{response.StatusCode} {body}"];
        }

        try
        {
            var told = fixture.IsStream ? ReadStream(body) : Validate(OpenAIOracle.ReadWhole(body), WireJson.Deserialize<ChatCompletion>(body));
            return FixtureOracles.Read(fixture).DifferencesTo(told);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException or ArgumentException or FormatException)
        {
            return [$"{fault.Message} in {body[..Math.Min(400, body.Length)]}"];
        }
    }

    private static ChatFacts ReadStream(string body)
    {
        var fixture = new ChatFixture("", "", "", 200, "", IsStream: true, System.Text.Encoding.UTF8.GetBytes(body));
        var accumulator = new ChatCompletionAccumulator();
        foreach (var data in fixture.Events)
        {
            accumulator.Add(WireJson.Deserialize<ChatCompletionChunk>(data)!);
        }

        return body.TrimEnd().EndsWith(ServerSentEvents.Done.TrimEnd(), StringComparison.Ordinal)
            ? Validate(OpenAIOracle.ReadStream(fixture.Events), accumulator.GetFinal())
            : throw new InvalidOperationException($"the stream does not end with [DONE]: {body[^Math.Min(300, body.Length)..]}");
    }

    // The typed client sees the same as the reader of the tests.
    private static ChatFacts Validate(ChatFacts told, ChatCompletion? typed)
    {
        var choice = typed!.Choices[0];
        return (told.Content, told.Finish, told.Tools.Count) == (choice.Message.Content ?? "", choice.FinishReason.ToString(), choice.Message.ToolCalls?.Count ?? 0)
            ? told
            : throw new InvalidOperationException($"the typed client reads another answer: {choice}");
    }

    /// <summary>A provider <c>up</c> of a dialect, and one of Mistral's.</summary>
    internal static GatewayConfiguration ConfigurationOf(string dialect, ReplayUpstream upstream) => new()
    {
        Providers = new Dictionary<string, ProviderSettings>
        {
            ["up"] = new() { Type = dialect, BaseUrl = upstream.BaseUrl, ApiKey = new Secret("key-of-the-gateway"), Region = dialect == "bedrock" ? "us-east-1" : null },
            ["mistral"] = new() { Type = "mistral", BaseUrl = upstream.BaseUrl, ApiKey = new Secret("key-of-the-gateway") },
        },
    };
}
