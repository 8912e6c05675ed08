using System.Text.Json;
using Switchboard.Client;
using Switchboard.Samples;
using Switchboard.Testing.Places;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client;

namespace Switchboard.Tests.Samples;

/// <summary>A sample before a replaying server.</summary>
internal sealed class SampleRun : IAsyncDisposable
{
    public SampleRun() => Client = TestClient.Of(Upstream);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public ReplayUpstream Upstream { get; } = ReplayUpstream.Start();

    public SwitchboardClient Client { get; }

    /// <summary>Answers as OpenAI did once.</summary>
    public SampleRun Replay(string group, string name)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        Upstream.Replay(Recording.FromSession(SharedFolder.Combine("recordings", group, name + ".json")));
        return this;
    }

    /// <summary>The body of a request, by its place.</summary>
    public JsonElement Sent(int request) => Upstream.Requests[request].Json;

    /// <summary>Runs the sample.</summary>
    /// <returns>The lines that it printed.</returns>
    public Task<string[]> RunAsync(string name) => PrintAsync(output => Sample.All.Single(sample => sample.Name == name).RunAsync(Client, output, Token));

    /// <summary>What is printed meanwhile, in lines.</summary>
    public static async Task<string[]> PrintAsync(Func<TextWriter, Task> run)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await run(output);
        return output.ToString().TrimEnd('\n').Split('\n');
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Upstream.DisposeAsync();
        Assert.Empty(Upstream.Failures);
    }
}
