using System.Collections.Concurrent;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Files;
using Switchboard.Tests.Server.Storage.Records;

namespace Switchboard.Tests.Server.Batches;

/// <summary>Several gateways on one PostgreSQL and one folder.</summary>
[Collection<OnPostgres>]
public sealed class SharedBatchesTests(SharedPostgres shared)
{
    [Fact]
    public async Task Any_gateway_runs_what_was_given_to_another_and_no_line_is_asked_twice()
    {
        await using var database = await TestDatabase.OnPostgresAsync(shared);
        var folder = Directory.CreateTempSubdirectory("switchboard-shared-");
        try
        {
            var asked = new ConcurrentDictionary<string, int>();
            async Task<FilesGateway> StartAsync(int concurrency)
            {
                var gateway = await FilesGateway.StartAsync(configuration => configuration with
                {
                    Storage = new StorageSettings { Records = new Secret(database.Address), Files = folder.FullName },
                    Batches = new BatchSettings { Concurrency = concurrency },
                });
                gateway.Upstream.On("/v1/chat/completions", async (request, token) =>
                {
                    asked.AddOrUpdate(request.Json.GetProperty("messages")[0].GetProperty("content").GetString()!, 1, (_, before) => before + 1);
                    await Task.Delay(5, token);
                    return UpstreamAnswer.Json("{}");
                });
                return gateway;
            }

            await using var front = await StartAsync(concurrency: 0);
            await using var first = await StartAsync(concurrency: 4);
            await using var second = await StartAsync(concurrency: 4);
            var batches = new List<System.Text.Json.JsonElement>();
            for (var i = 0; i < 6; i++)
            {
                var name = $"batch-{i}";
                batches.Add(await front.CreateAsync(string.Concat(Enumerable.Range(0, 20).Select(line => BatchGateway.Line($"line-{line}", $"{name} {line}") + "\n"))));
            }

            foreach (var batch in batches)
            {
                var ended = await front.EndAsync(batch);
                Assert.Equal((20, 20, 0), BatchGateway.CountsOf(ended));
                Assert.Equal(20, (await front.ReadAsync(ended)).Count);
            }

            Assert.Empty(front.Upstream.Requests);
            Assert.Equal(120, asked.Count);
            Assert.All(asked.Values, times => Assert.Equal(1, times));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
