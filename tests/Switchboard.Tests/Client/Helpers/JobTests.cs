using Switchboard.Client;
using Switchboard.Protocol.Assistants;
using Switchboard.Protocol.Files;
using Switchboard.Protocol.FineTuning;
using Switchboard.Protocol.Multipart;
using Switchboard.Protocol.Responses;
using Switchboard.Protocol.VectorStores;
using Switchboard.Protocol.Videos;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Transport;
using Wait = System.Func<Switchboard.Client.SwitchboardClient, Switchboard.Client.PollingOptions, System.Threading.Tasks.Task>;

namespace Switchboard.Tests.Client.Helpers;

/// <summary>Every kind of job: where it is looked at, in which words it is under way, done and failed.</summary>
public sealed class JobTests
{
    private static readonly Dictionary<string, Kind> s_kinds = new()
    {
        ["response"] = new("/v1/responses/x", "queued in_progress", "completed incomplete", "failed cancelled", (client, polling) => client.Responses.WaitAsync("x", polling)),
        ["batch"] = new("/v1/batches/x", "validating in_progress finalizing cancelling", "completed", "failed expired cancelled", (client, polling) => client.Batches.WaitAsync("x", polling)),
        ["fine tuning"] = new("/v1/fine_tuning/jobs/x", "validating_files queued running paused", "succeeded", "failed cancelled", (client, polling) => client.FineTuning.Jobs.WaitAsync("x", polling)),
        ["eval run"] = new("/v1/evals/y/runs/x", "queued in_progress", "completed", "failed canceled", (client, polling) => client.Evals.Runs.WaitAsync("y", "x", polling)),
        ["file"] = new("/v1/files/x", "uploaded", "processed", "error", (client, polling) => client.Files.WaitAsync("x", polling)),
        ["video"] = new("/v1/videos/x", "queued in_progress", "completed", "failed", (client, polling) => client.Videos.WaitAsync("x", polling)),
        ["vector store"] = new("/v1/vector_stores/x", "in_progress", "completed", "expired", (client, polling) => client.VectorStores.WaitAsync("x", polling)),
        ["vector store file"] = new("/v1/vector_stores/y/files/x", "in_progress", "completed", "failed cancelled", (client, polling) => client.VectorStores.Files.WaitAsync("y", "x", polling)),
        ["vector store file batch"] = new("/v1/vector_stores/y/file_batches/x", "in_progress", "completed", "failed cancelled", (client, polling) => client.VectorStores.FileBatches.WaitAsync("y", "x", polling)),
        ["run"] = new("/v1/threads/y/runs/x", "queued in_progress cancelling", "completed incomplete requires_action", "failed cancelled expired", (client, polling) => client.Threads.Runs.WaitAsync("y", "x", polling)),
    };

    private static readonly Dictionary<string, (string Paths, Wait Begin)> s_beginnings = new()
    {
        ["response"] = ("POST /v1/responses, GET /v1/responses/x", (client, _) => client.Responses.CreateAndWaitAsync(new ResponseRequest { Model = "m", Input = "Hi" })),
        ["batch"] = ("POST /v1/batches, GET /v1/batches/x", (client, _) => client.Batches.CreateAndWaitAsync(new("f", "/v1/responses"))),
        ["fine tuning"] = ("POST /v1/fine_tuning/jobs, GET /v1/fine_tuning/jobs/x", (client, _) => client.FineTuning.Jobs.CreateAndWaitAsync(new FineTuningJobRequest("gpt-4o-mini", "f"))),
        ["file"] = ("POST /v1/files, GET /v1/files/x", (client, _) => client.Files.CreateAndWaitAsync(new UploadFileRequest(Bytes, "batch"))),
        ["video"] = ("POST /v1/videos, GET /v1/videos/x", (client, _) => client.Videos.CreateAndWaitAsync(new VideoRequest { Prompt = "A cat" })),
        ["video remix"] = ("POST /v1/videos/z/remix, GET /v1/videos/x", (client, _) => client.Videos.RemixAndWaitAsync("z", new VideoRemixRequest("A dog"))),
        ["vector store"] = ("POST /v1/vector_stores, GET /v1/vector_stores/x", (client, _) => client.VectorStores.CreateAndWaitAsync(new VectorStoreRequest())),
        ["vector store file"] = ("POST /v1/vector_stores/y/files, GET /v1/vector_stores/y/files/x", (client, _) => client.VectorStores.Files.CreateAndWaitAsync("y", new VectorStoreFileRequest("f"))),
        ["uploaded vector store file"] = ("POST /v1/files, POST /v1/vector_stores/y/files, GET /v1/vector_stores/y/files/x", (client, _) => client.VectorStores.Files.UploadAndWaitAsync("y", Bytes)),
        ["run"] = ("POST /v1/threads/y/runs, GET /v1/threads/y/runs/x", (client, _) => client.Threads.Runs.CreateAndWaitAsync("y", new RunRequest("asst_1"))),
        ["thread and run"] = ("POST /v1/threads/runs, GET /v1/threads/y/runs/x", (client, _) => client.Threads.CreateAndRunAndWaitAsync(new ThreadAndRunRequest("asst_1"))),
    };

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    public static TheoryData<string> Beginnings => [.. s_beginnings.Keys];

    private static UploadFile Bytes => UploadFile.FromBytes("hello"u8.ToArray(), "f.txt");

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task AllItsWordsAreUnderstood(string name)
    {
        var kind = s_kinds[name];
        await using var test = ClientUnderTest.Start();
        var statuses = new Queue<string>();
        test.Upstream.On(kind.Path, _ => UpstreamAnswer.Json(Job(statuses.Dequeue())));

        foreach (var end in kind.Done.Split(' '))
        {
            statuses = new([.. kind.UnderWay.Split(' '), end]);
            await kind.WaitAsync(test.Client, new() { ThrowsOnFailure = true });
            Assert.Empty(statuses);
        }

        foreach (var end in kind.Failed.Split(' '))
        {
            statuses = new([.. kind.UnderWay.Split(' '), end, end]);
            var fault = await Assert.ThrowsAsync<JobFailedException>(() => kind.WaitAsync(test.Client, new() { ThrowsOnFailure = true }));
            Assert.Contains($"'x' ended as '{end}'", fault.Message, StringComparison.Ordinal);
            Assert.Equal(end, fault.Status);

            await kind.WaitAsync(test.Client, new());
            Assert.Empty(statuses);
        }

        Assert.Empty(test.Upstream.Failures);
    }

    [Theory]
    [MemberData(nameof(Beginnings))]
    public async Task ItIsBegunAndThenLookedAt(string name)
    {
        var (paths, begin) = s_beginnings[name];
        await using var test = ClientUnderTest.Start();
        var requests = paths.Split(", ");
        test.Upstream.Reply(200, Job("queued", id: requests.Length > 2 ? "f" : "x"));
        for (var i = 2; i < requests.Length; i++)
        {
            test.Upstream.Reply(200, Job("queued"));
        }

        test.Upstream.Reply(200, Job(name is "file" ? "processed" : name is "fine tuning" ? "succeeded" : "completed"));

        await begin(test.Client, new());

        Assert.Equal(requests, test.Upstream.Requests.Select(request => $"{request.Method} {request.Path}"));
    }

    private static string Job(string status, string id = "x") => $$"""{"id":"{{id}}","thread_id":"y","status":"{{status}}"}""";

    private sealed record Kind(string Path, string UnderWay, string Done, string Failed, Wait WaitAsync);
}
