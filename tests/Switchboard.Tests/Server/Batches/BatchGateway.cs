using System.Text.Json;
using Switchboard.Tests.Server.Files;

namespace Switchboard.Tests.Server.Batches;

/// <summary>What tests of batches do again and again.</summary>
internal static class BatchGateway
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A line for a chat.</summary>
    public static string Line(string customId, string content = "Hi", string model = "up/m") =>
        $$$"""{"custom_id":"{{{customId}}}","method":"POST","url":"/v1/chat/completions","body":{"model":"{{{model}}}","messages":[{"role":"user","content":"{{{content}}}"}]}}""";

    /// <summary>Several of them.</summary>
    public static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(i => Line($"line-{i}", $"say {i}") + "\n"));

    /// <summary>Makes a batch of lines.</summary>
    public static async Task<JsonElement> CreateAsync(this FilesGateway gateway, string lines, string endpoint = "/v1/chat/completions", string more = "", string? key = null)
    {
        var (_, file) = await gateway.UploadAsync(lines, key: key);
        var (status, batch) = await gateway.SendAsync(
            HttpMethod.Post,
            "/v1/batches",
            ServedGateway.Body($$"""{"input_file_id":"{{FilesEndpointTests.Text(file, "id")}}","endpoint":"{{endpoint}}","completion_window":"24h"{{more}}}"""),
            key);
        Assert.True(status == 200, batch.ToString());
        return batch;
    }

    /// <summary>Asks for a batch until it is as it should be.</summary>
    public static async Task<JsonElement> WaitAsync(this FilesGateway gateway, JsonElement batch, Func<JsonElement, bool> until, string? key = null)
    {
        var id = FilesEndpointTests.Text(batch, "id");
        for (var tries = 0; ; tries++)
        {
            var (_, now) = await gateway.GetAsync($"/v1/batches/{id}", key);
            if (until(now))
            {
                return now;
            }

            Assert.True(tries < 600, $"It stays {now}");
            await Task.Delay(50, Token);
        }
    }

    /// <summary>Waits until it is over.</summary>
    public static Task<JsonElement> EndAsync(this FilesGateway gateway, JsonElement batch, string? key = null) =>
        gateway.WaitAsync(batch, now => StatusOf(now) is "completed" or "failed" or "expired" or "cancelled", key);

    /// <summary>Its status.</summary>
    public static string? StatusOf(JsonElement batch) => FilesEndpointTests.Text(batch, "status");

    /// <summary>Its counts.</summary>
    public static (int Total, int Completed, int Failed) CountsOf(JsonElement batch)
    {
        var counts = batch.GetProperty("request_counts");
        return (counts.GetProperty("total").GetInt32(), counts.GetProperty("completed").GetInt32(), counts.GetProperty("failed").GetInt32());
    }

    /// <summary>The lines of one of its files, by what they are called.</summary>
    public static async Task<Dictionary<string, JsonElement>> ReadAsync(this FilesGateway gateway, JsonElement batch, string file = "output_file_id", string? key = null)
    {
        if (batch.GetProperty(file).GetString() is not { } id)
        {
            return [];
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/files/{id}/content");
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        using var answer = await gateway.Gateway.Client.SendAsync(request, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToDictionary(line => line.GetProperty("custom_id").GetString()!);
    }
}
