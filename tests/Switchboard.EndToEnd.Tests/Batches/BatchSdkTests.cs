using System.Text.Json;
using Switchboard.Client;
using Switchboard.Client.Batches;
using Switchboard.EndToEnd.Tests.BuiltIn;
using Switchboard.EndToEnd.Tests.Sdks;
using Switchboard.Protocol.Batches;
using Switchboard.Protocol.Chat;

namespace Switchboard.EndToEnd.Tests.Batches;

/// <summary>The whole of a batch with SDKs, on a gateway as <c>./up</c> starts it: upload, make, wait, read.</summary>
[Collection<OnBuiltInGateway>]
public sealed class BatchSdkTests(BuiltInGateway gateway)
{
    [Fact]
    public async Task The_npm_package_runs_a_batch()
    {
        var lines = string.Join('\n', Line("a", BuiltInGateway.ChatModel), Line("b", "no-such-model"), Line("c", BuiltInGateway.ChatModel));

        var seen = await NodeScript.RunAsync("batch", new { baseURL = gateway.BaseUrl, request = new { lines, endpoint = "/v1/chat/completions" } });

        Assert.False(seen.TryGetProperty("error", out var error), error.ToString());
        var batch = seen.GetProperty("batch");
        var counts = batch.GetProperty("request_counts");
        Assert.Equal("completed", batch.GetProperty("status").GetString());
        Assert.Equal((3, 2, 1), (counts.GetProperty("total").GetInt32(), counts.GetProperty("completed").GetInt32(), counts.GetProperty("failed").GetInt32()));
        var output = Read(seen, "output");
        Assert.Equal(["a", "c"], output.Select(line => line.GetProperty("custom_id").GetString()).Order());
        Assert.All(output, line => Assert.NotEmpty(line.GetProperty("response").GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!));
        var failed = Assert.Single(Read(seen, "errors"));
        Assert.Equal(("b", 404), (failed.GetProperty("custom_id").GetString(), failed.GetProperty("response").GetProperty("status_code").GetInt32()));
        Assert.Contains(batch.GetProperty("id").GetString(), seen.GetProperty("listed").EnumerateArray().Select(id => id.GetString()));
        Assert.Contains(seen.GetProperty("file").GetProperty("id").GetString(), seen.GetProperty("files").EnumerateArray().Select(id => id.GetString()));
        Assert.True(seen.GetProperty("deleted").GetProperty("deleted").GetBoolean());
    }

    [Fact]
    public async Task Our_client_runs_a_batch()
    {
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = "any", BaseUrl = gateway.BaseUrl, ReadsEnvironment = false });
        var token = TestContext.Current.CancellationToken;
        var entries = new[] { "Oslo", "Rome" }.Select(city => BatchEntry.Of(city, new ChatCompletionRequest([new UserMessage($"Describe {city}.")], BuiltInGateway.ChatModel) { MaxCompletionTokens = 8 }));

        Batch batch = await client.Batches.UploadAndCreateAsync(entries, metadata: new Dictionary<string, string> { ["by"] = "us" }, cancellationToken: token);
        batch = await client.Batches.WaitAsync(batch.Id, new PollingOptions { Interval = TimeSpan.FromMilliseconds(100) }, cancellationToken: token);
        var results = new List<BatchResult>();
        await foreach (var result in client.Batches.ReadResultsAsync(batch, cancellationToken: token))
        {
            results.Add(result);
        }

        Assert.Equal(["Oslo", "Rome"], results.Select(result => result.CustomId).Order());
        Assert.All(results, result => Assert.NotEmpty(result.Read<ChatCompletion>().Choices));
        Assert.Equal("us", batch.Metadata!["by"]);
    }

    private static List<JsonElement> Read(JsonElement seen, string name) =>
        [.. seen.GetProperty(name).GetString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    private static string Line(string customId, string model) =>
        JsonSerializer.Serialize(new { custom_id = customId, method = "POST", url = "/v1/chat/completions", body = new { model, max_tokens = 8, messages = new[] { new { role = "user", content = "What is Switchboard?" } } } });
}
