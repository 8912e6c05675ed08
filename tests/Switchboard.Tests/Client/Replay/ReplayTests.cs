using Switchboard.Client;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.Replay;

/// <summary>Every recorded interaction, made again with the client.</summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    private const string Key = "sk-replay";

    [Fact]
    public async Task Every_recorded_interaction_is_sent_the_same_and_answered_typed()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        await using var upstream = ReplayUpstream.Start();
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = Key, BaseUrl = upstream.BaseUrl, ReadsEnvironment = false, MaxRetries = 0 });
        var run = new ReplayRun(client, upstream, CompareAsync);

        await run.RunAsync(Interaction.In(SharedFolder.Combine("recordings")));

        output.WriteLine(run.Summary);
        Assert.Empty(upstream.Failures);
        Assert.True(run.Problems.Count == 0, string.Join('\n', run.Problems.Take(50)));
    }

    private static async Task<IReadOnlyList<string>> CompareAsync(ReplayedCall call) =>
        [.. await RequestComparison.DifferencesAsync(call, Key), .. AnswerComparison.Differences(call)];
}
