using Switchboard.Client;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.Replay;

/// <summary>Recorded interactions made again, one after the other, and what differed.</summary>
/// <param name="client">Who makes them; its calls end, by whatever way, at the upstream.</param>
/// <param name="upstream">Who answers as recorded.</param>
/// <param name="compare">What differs of one.</param>
internal sealed class ReplayRun(SwitchboardClient client, ReplayUpstream upstream, Func<ReplayedCall, Task<IReadOnlyList<string>>> compare)
{
    private readonly List<Interaction> _replayed = [];
    private readonly List<string> _problems = [];
    private int _made;

    /// <summary>The differences, each with where it is.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>How many came out the same.</summary>
    public int Equal => _replayed.Count;

    /// <summary>How many of how many came out the same, and of which kinds.</summary>
    public string Summary =>
        $"{_replayed.Count} of {_made} interactions of {_replayed.DistinctBy(one => one.Route.Operation).Count()} operations replayed: "
        + string.Join(", ", _replayed.GroupBy(one => one.Kind).OrderByDescending(kind => kind.Count()).Select(kind => $"{kind.Count()} {kind.Key}"))
        + $"\nRequests: {_replayed.Count(one => one.IsJson)} JSON, {_replayed.Count(one => one.IsForm && !one.IsBodyLost)} forms, "
        + $"{_replayed.Count(one => one.IsBodyLost)} whose recording has lost the body, {_replayed.Count(one => one.ContentType is null)} without one";

    public async Task RunAsync(IEnumerable<Interaction> interactions)
    {
        foreach (var interaction in interactions)
        {
            _made++;
            var found = await compare(await ReplayedCall.MakeAsync(interaction, client, upstream));
            _problems.AddRange(found.Take(5).Select(problem => $"{interaction.Source} ({interaction.Route.Operation.Id}): {problem}"));
            if (found.Count == 0)
            {
                _replayed.Add(interaction);
            }
        }
    }
}
