using System.Globalization;
using System.Text.Json;
using Switchboard.EndToEnd.Tests.CommandLine;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>What was used: asked with the npm package <c>openai</c>, and on the command line beside the gateway that writes it.</summary>
public sealed class NpmUsageTests
{
    private const string Master = "planted-master-key-0123456789abcdefgh";
    private const string Answer = """{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""";

    [Fact]
    public async Task What_was_used_and_what_it_cost_is_told()
    {
        await using var upstream = ReplayUpstream.Start();
        upstream.On("/v1/chat/completions", _ => UpstreamAnswer.Json(Answer));
        var configuration = $$"""
            access: { master_key: {{Master}} }
            storage: { records: RECORDS }
            providers:
              openai: { type: openai, base_url: "{{upstream.BaseUrl}}", api_key: sk-up }
            models:
              mine: { deployments: [{ provider: openai, model: gpt-4o-mini }] }
            """;
        var folder = Directory.CreateTempSubdirectory("switchboard-test-");
        try
        {
            configuration = configuration.Replace("RECORDS", Path.Combine(folder.FullName, "ledger.db"), StringComparison.Ordinal);
            await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { Configuration = configuration }, TestContext.Current.CancellationToken);
            object Arguments(object request) => new { baseURL = gateway.BaseUrl, apiKey = Master, request };
            var start = TimeProvider.System.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds();
            await NodeScript.RunAsync("chat", Arguments(new { model = "mine", messages = new[] { new { role = "user", content = "Hello!" } } }));

            var seen = await Poll.ForAsync(
                () => NodeScript.RunAsync("usage", Arguments(new { start_time = start })), told => Results(told.GetProperty("usage")).Any(), "the request to be told", TestContext.Current.CancellationToken);
            var result = Results(seen.GetProperty("usage")).First();

            Assert.Equal(("mine", 9, 3), (result.GetProperty("model").GetString(), result.GetProperty("input_tokens").GetInt32(), result.GetProperty("output_tokens").GetInt32()));
            var cost = Assert.Single(Results(seen.GetProperty("costs")));
            Assert.Equal(("mine", "0.00000315", "usd"), (cost.GetProperty("line_item").GetString(), cost.GetProperty("amount").GetProperty("value").GetDecimal().ToString(CultureInfo.InvariantCulture), cost.GetProperty("amount").GetProperty("currency").GetString()));
            Assert.Empty(Results(seen.GetProperty("stores")));

            var table = await SwitchboardRun.ToEndAsync(["usage", "--group-by", "model,key"], configuration);
            var file = await SwitchboardRun.ToEndAsync(["usage", "--csv"], configuration);
            Assert.Equal((0, 0), (table.ExitCode, file.ExitCode));
            Assert.Matches(@"^model +key +requests +failed +prompt_tokens +completion_tokens +cost +cost_unknown\r?\nmine +\S+ +1 +0 +9 +3 +0\.00000315 +0\s*$", table.Output);
            Assert.Matches(@"^day,model,requests,failed,cancelled,from_cache,prompt_tokens,.*,cost,cost_unknown\r?\n\d{4}-\d\d-\d\d,mine,1,0,0,0,9,0,0,3,0,0,0,0,0,0\.00000315,0\s*$", file.Output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<JsonElement> Results(JsonElement page) => page.GetProperty("data").EnumerateArray().SelectMany(bucket => bucket.GetProperty("results").EnumerateArray());
}
