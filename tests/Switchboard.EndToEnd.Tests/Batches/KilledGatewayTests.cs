using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Batches;

/// <summary>A gateway is killed in the midst of a batch, and another one takes it up.</summary>
public sealed class KilledGatewayTests
{
    private const int Lines = 400;
    private const int AtOnce = 4;

    // From this request on none is answered until the gateway is dead: it dies in the midst of the batch, however slow the test is.
    private const int Held = 300;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_line_that_was_finished_is_asked_again_and_all_are_answered()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-killed-");
        try
        {
            var asked = new ConcurrentDictionary<string, int>();
            var isDead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var upstream = ReplayUpstream.Start().On("/v1/chat/completions", async (request, token) =>
            {
                asked.AddOrUpdate(request.Json.GetProperty("messages")[0].GetProperty("content").GetString()!, 1, (_, before) => before + 1);
                await (request.Number < Held ? Task.Delay(40, token) : isDead.Task.WaitAsync(token));
                return UpstreamAnswer.Json("""{"object":"chat.completion","choices":[]}""");
            });
            var options = new GatewayProcessOptions
            {
                Configuration = $$"""
                    storage: { records: {{folder.FullName}}/records.db, files: {{folder.FullName}}/files }
                    batches: { concurrency: {{AtOnce}} }
                    providers: { up: { type: vllm, base_url: {{upstream.BaseUrl}} } }
                    """,
            };

            string id;
            await using (var killed = await GatewayProcess.StartAsync(options, Token))
            {
                using var client = new HttpClient { BaseAddress = killed.RootUrl };
                id = await CreateAsync(client);
                await WaitAsync(client, id, batch => CountOf(batch, "completed") >= Lines / 4);
            }

            isDead.SetResult();

            // What was in the journal when the process died was finished; its last line may be torn.
            var journal = await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(folder.FullName, "files"), "*.output").Single(), Token);
            var finished = journal.Split('\n')[..^1].Select(line => JsonElement.Parse(line).GetProperty("custom_id").GetString()!).ToList();
            Assert.InRange(finished.Count, Lines / 4, Lines - 1);

            await using var next = await GatewayProcess.StartAsync(options, Token);
            using var again = new HttpClient { BaseAddress = next.RootUrl };
            var ended = await WaitAsync(again, id, batch => batch.GetProperty("status").GetString() == "completed");
            var output = await again.GetStringAsync($"/v1/files/{ended.GetProperty("output_file_id").GetString()}/content", Token);

            Assert.Equal((Lines, Lines, 0), (CountOf(ended, "total"), CountOf(ended, "completed"), CountOf(ended, "failed")));
            Assert.Equal(Lines, output.Split('\n')[..^1].Select(line => JsonElement.Parse(line).GetProperty("custom_id").GetString()).Distinct().Count());
            Assert.All(finished, line => Assert.Equal(1, asked[line]));
            Assert.InRange(asked.Values.Sum(), Lines, Lines + AtOnce);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int CountOf(JsonElement batch, string name) => batch.GetProperty("request_counts").GetProperty(name).GetInt32();

    private static async Task<string> CreateAsync(HttpClient client)
    {
        var lines = string.Concat(Enumerable.Range(0, Lines).Select(i =>
            $$$"""{"custom_id":"line-{{{i}}}","method":"POST","url":"/v1/chat/completions","body":{"model":"up/m","messages":[{"role":"user","content":"line-{{{i}}}"}]}}""" + "\n"));
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(lines)), "file", "lines.jsonl" } };
        using var uploaded = await client.PostAsync("/v1/files", form, Token);
        var file = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        using var made = await client.PostAsJsonAsync("/v1/batches", new { input_file_id = file, endpoint = "/v1/chat/completions", completion_window = "24h" }, Token);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> WaitAsync(HttpClient client, string id, Func<JsonElement, bool> until)
    {
        for (var tries = 0; ; tries++)
        {
            var batch = await client.GetFromJsonAsync<JsonElement>($"/v1/batches/{id}", Token);
            if (until(batch))
            {
                return batch;
            }

            Assert.True(tries < 1200, $"It stays {batch}");
            await Task.Delay(50, Token);
        }
    }
}
