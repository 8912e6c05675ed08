using System.Text.Json;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>
/// Real answers of providers behind the real gateway, read by npm <c>openai</c>. The upstream answers with the fixture
/// whose number stands in the model's name, wherever the provider's dialect has that.
/// </summary>
internal static class ProviderFixtures
{
    private const string Mark = "fixture-";

    /// <summary>What is wrong with each fixture, by name; only those with which something is wrong.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> CheckAsync(IReadOnlyList<ChatFixture> fixtures, CancellationToken cancellationToken)
    {
        await using var upstream = ReplayUpstream.Start().Otherwise(request => Find(request, fixtures));
        var configuration = new GatewayProcessOptions { Configuration = Configuration(upstream) };
        await using var gateway = await GatewayProcess.StartAsync(configuration, cancellationToken);
        var calls = fixtures.Select((fixture, number) => new { model = $"{ProviderOf(fixture)}/{Mark}{number}", stream = fixture.IsStream });
        var lines = await NodeScript.RunLinesAsync("completions", new { baseURL = gateway.BaseUrl, calls }, "fixtures.mjs");

        Assert.Empty(upstream.Failures);
        Assert.Equal(fixtures.Count, lines.Count);
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (fixture, seen) in fixtures.Zip(lines))
        {
            if (FaultOf(fixture, seen) is { } fault)
            {
                faults[fixture.Name] = fault;
            }
        }

        return faults;
    }

    /// <summary>The provider through which a fixture is asked for.</summary>
    public static string ProviderOf(ChatFixture fixture) => fixture.Provider.StartsWith("mistral", StringComparison.Ordinal) ? "mistral" : fixture.Dialect;

    private static string? FaultOf(ChatFixture fixture, JsonElement seen)
    {
        if (!seen.TryGetProperty("completion", out var completion))
        {
            return seen.GetProperty("error").GetString();
        }

        var expected = FixtureOracles.Read(fixture);
        var told = OpenAIOracle.ReadWhole(completion.GetRawText());

        // The SDK's folding of a stream keeps what it knows, and reasoning is none of it.
        var differences = (fixture.IsStream ? expected with { Reasoning = "" } : expected).DifferencesTo(fixture.IsStream ? told with { Reasoning = "" } : told);
        return differences.Count == 0 ? null : string.Join("; ", differences);
    }

    private static UpstreamAnswer Find(UpstreamRequest request, IReadOnlyList<ChatFixture> fixtures)
    {
        var text = request.Path + request.BodyText;
        var at = text.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
        {
            return UpstreamAnswer.Json("{}", 404);
        }

        var digits = text[(at + Mark.Length)..].TakeWhile(char.IsAsciiDigit).ToArray();
        return fixtures[int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture)].ToAnswer();
    }

    private static string Configuration(ReplayUpstream upstream) => "providers:\n" + string.Concat(
        FixtureOracles.Dialects.Append("mistral").Select(type =>
            $"  {type}: {{ type: {type}, base_url: \"{upstream.BaseUrl}\", api_key: key{(type == "bedrock" ? ", region: us-east-1" : "")} }}\n"));
}
