using System.Text.Json;
using System.Text.RegularExpressions;
using Switchboard.Testing.Corpus;
using Switchboard.Testing.Json;

namespace Switchboard.Tests.Protocol.Corpus;

/// <summary>What came of reading every body of some sets into its type and writing it again.</summary>
internal sealed partial class TrafficRun
{
    private TrafficRun()
    {
    }

    public List<RealBody> Bodies { get; } = [];

    /// <summary>Bodies that the specification has no type for: <c>operation kind</c>.</summary>
    public HashSet<string> Untyped { get; } = [];

    /// <summary>Bodies that came back different, with what differs first.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Bodies that were not read, with the place in them: <c>operation kind $.path</c>.</summary>
    public List<(string Place, RealBody Body, string Message)> Refusals { get; } = [];

    /// <summary>What was unknown in the bodies, with how often and where first.</summary>
    public SortedDictionary<string, (int Count, string Source)> Unknown { get; } = new(StringComparer.Ordinal);

    /// <summary>Members that the types have not, with how often and where first.</summary>
    public SortedDictionary<string, (int Count, string Source)> Extra { get; } = new(StringComparer.Ordinal);

    /// <summary>Strings that their sets do not list, with how often and where first.</summary>
    public SortedDictionary<string, (int Count, string Source)> Unlisted { get; } = new(StringComparer.Ordinal);

    /// <summary>The types of Switchboard.Protocol that were met.</summary>
    public HashSet<Type> Types { get; } = [];

    public static TrafficRun Of(params IEnumerable<BodySet> sets)
    {
        var run = new TrafficRun();
        foreach (var body in RealTraffic.All.Bodies.Where(body => sets.Contains(body.Set)))
        {
            run.Add(body);
        }

        return run;
    }

    private void Add(RealBody body)
    {
        Bodies.Add(body);
        if (BodyTypes.Find(body) is not { } type)
        {
            Untyped.Add($"{body.OperationId} {body.Kind}");
            return;
        }

        var json = BodyTypes.JsonOf(body);
        object value;
        try
        {
            value = type.Read(json);
        }
        catch (JsonException refusal)
        {
            Refusals.Add(($"{body.OperationId} {body.Kind} {Anywhere().Replace(refusal.Path ?? "", "[]")}", body, refusal.Message));
            return;
        }

        if (JsonDifference.Between(json.Span, type.Write(value)) is [var first, ..] all)
        {
            Differences.Add($"{body.Source} ({body.OperationId} {body.Kind} into {value.GetType().Name}): {all.Count} differences, {first}");
        }

        var walk = new ObjectWalk();
        walk.Visit(value);
        Types.UnionWith(walk.Types);
        Count(Unknown, walk.Unknown, body);
        Count(Extra, walk.Extra, body);
        Count(Unlisted, walk.Unlisted, body);
    }

    private static void Count(SortedDictionary<string, (int Count, string Source)> counts, IEnumerable<string> names, RealBody body)
    {
        foreach (var name in names)
        {
            counts[name] = counts.TryGetValue(name, out var before) ? (before.Count + 1, before.Source) : (1, body.Source);
        }
    }

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Anywhere();
}
