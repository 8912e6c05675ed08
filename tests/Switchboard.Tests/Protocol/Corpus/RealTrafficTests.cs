using Switchboard.Testing.Corpus;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Protocol.Corpus;

/// <summary>Every recorded body goes into its operation's type and comes back the same.</summary>
public sealed class RealTrafficTests(ITestOutputHelper output)
{
    // Bodies that have no type, with the reason.
    private static readonly Dictionary<string, string> s_untyped = new(StringComparer.Ordinal)
    {
        ["deleteResponse Response"] = "the specification names no body",
        ["createSpeech Response"] = "Mistral answers with JSON, OpenAI with audio",
        ["future.event WebhookEvent"] = "made up for a test of what clients do with it",
    };

    // Bodies in OpenAI's traffic that no reader can take, with the reason.
    private static readonly Dictionary<string, string> s_handEdited = new[] { "chunks.txt event 7", "chunks.txt event 9", "chunks.txt event 15", "json" }.ToDictionary(
        part => $"fixtures/vercel+ai/packages/openai/src/responses/__fixtures__/openai-image-generation-tool.1.{part}",
        _ => "the image's base64 was shortened by hand: ... stands in its midst");

    private static readonly Lazy<TrafficRun> s_openAI = new(() => TrafficRun.Of(BodySet.OpenAI));
    private static readonly Lazy<TrafficRun> s_others = new(() => TrafficRun.Of(BodySet.Azure, BodySet.Compatible));

    [Fact]
    public void Every_body_of_OpenAI_reads_into_its_type_and_comes_back_equal()
    {
        var run = Run(s_openAI);

        Print("OpenAI", run);
        AssertNone("not read", run.Refusals.Where(refusal => !s_handEdited.ContainsKey(refusal.Body.Source)).Select(refusal => $"{refusal.Body.Source}: {refusal.Message}"));
        AssertNone("different", run.Differences);
        AssertNone("without a type", run.Untyped.Except(s_untyped.Keys));
    }

    [Fact]
    public void Every_body_of_Azure_and_of_compatible_providers_comes_back_equal()
    {
        var run = Run(s_others);

        Print("Azure and compatible providers", run);
        ExpectedList.Check("traffic-refused.txt", run.Refusals.Select(refusal => refusal.Place));
        AssertNone("different", run.Differences);
        AssertNone("without a type", run.Untyped.Except(s_untyped.Keys));
    }

    [Fact]
    public void Nothing_of_OpenAI_is_unknown_but_what_is_listed()
    {
        var run = Run(s_openAI);

        Print("unknown", run.Unknown);
        Print("strings that are not listed", run.Unlisted);
        ExpectedList.Check("traffic-unknown.txt", run.Unknown.Keys);
    }

    [Fact]
    public void OpenAI_sends_no_member_beyond_the_types_but_what_is_listed()
    {
        var run = Run(s_openAI);

        Print("beyond the specification", run.Extra);
        ExpectedList.Check("traffic-beyond-spec.txt", run.Extra.Keys);
    }

    [Fact]
    public void Every_exception_is_still_needed()
    {
        var runs = new[] { Run(s_openAI), Run(s_others) };

        Assert.Equal(s_untyped.Keys.Order(), runs.SelectMany(run => run.Untyped).Distinct().Order());
        Assert.Equal(s_handEdited.Keys.Order(), runs[0].Refusals.Select(refusal => refusal.Body.Source).Where(s_handEdited.ContainsKey).Order());
    }

    private static void AssertNone(string what, IEnumerable<string> bodies)
    {
        var all = bodies.ToList();
        Assert.True(all.Count == 0, $"{all.Count} {what}:\n{string.Join('\n', all.Take(50))}");
    }

    private static TrafficRun Run(Lazy<TrafficRun> run)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        return run.Value;
    }

    private void Print(string title, TrafficRun run)
    {
        output.WriteLine($"{title}: {run.Bodies.Count} bodies of {run.Bodies.DistinctBy(body => body.OperationId).Count()} operations, "
            + $"{run.Types.Count} types, {run.Differences.Count} with differences, {run.Refusals.Count} refused");
        foreach (var kind in run.Bodies.GroupBy(body => body.Kind))
        {
            output.WriteLine($"  {kind.Count(),6} {kind.Key}");
        }

        foreach (var name in run.Bodies.Where(body => body.EventName is not null).GroupBy(body => body.EventName).OrderByDescending(group => group.Count()))
        {
            output.WriteLine($"  {name.Count(),6} event {name.Key}");
        }
    }

    private void Print(string title, SortedDictionary<string, (int Count, string Source)> counts)
    {
        output.WriteLine($"{counts.Count} {title}");
        foreach (var (name, (count, source)) in counts)
        {
            output.WriteLine($"  {count,6} {name}, first in {source}");
        }
    }
}
