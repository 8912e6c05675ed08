using Switchboard.Client;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.Replay;

/// <summary>Every recorded interaction, made again with the client.</summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_recorded_interaction_is_sent_the_same_and_answered_typed()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var interactions = Interaction.In(SharedFolder.Combine("recordings")).ToList();
        await using var upstream = ReplayUpstream.Start();
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = "sk-replay", BaseUrl = upstream.BaseUrl, ReadsEnvironment = false, MaxRetries = 0 });

        var problems = new List<string>();
        var replayed = new List<Interaction>();
        foreach (var interaction in interactions)
        {
            var found = await ReplayAsync(interaction, client, upstream);
            problems.AddRange(found.Take(5).Select(problem => $"{interaction.Source} ({interaction.Route.Operation.Id}): {problem}"));
            if (found.Count == 0)
            {
                replayed.Add(interaction);
            }
        }

        output.WriteLine($"{replayed.Count} of {interactions.Count} interactions of {replayed.DistinctBy(one => one.Route.Operation).Count()} operations replayed: "
            + string.Join(", ", replayed.GroupBy(one => one.Kind).OrderByDescending(kind => kind.Count()).Select(kind => $"{kind.Count()} {kind.Key}")));
        output.WriteLine($"Requests: {replayed.Count(one => one.IsJson)} JSON, {replayed.Count(one => one.IsForm && !one.IsBodyLost)} forms, "
            + $"{replayed.Count(one => one.IsBodyLost)} whose recording has lost the body, {replayed.Count(one => one.ContentType is null)} without one");
        Assert.Empty(upstream.Failures);
        Assert.True(problems.Count == 0, string.Join('\n', problems.Take(50)));
    }

    private static async Task<IReadOnlyList<string>> ReplayAsync(Interaction interaction, SwitchboardClient client, ReplayUpstream upstream)
    {
        var call = await ReplayedCall.MakeAsync(interaction, client, upstream);
        return [.. await RequestComparison.DifferencesAsync(call), .. AnswerComparison.Differences(call)];
    }
}
