using System.Globalization;
using System.Text.Json.Nodes;
using Switchboard.EndToEnd.Tests.BuiltIn;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>How what is seen through the gateway compares to what is seen of the provider directly.</summary>
/// <param name="Words">As the table has it.</param>
/// <param name="Compare">Asserts it, of what was seen directly and what through the gateway.</param>
internal sealed record Told(string Words, Action<Seen, Seen> Compare)
{
    private const string Error = "what came before, and an error whatever the provider did";

    /// <summary>The same answer, to the letter.</summary>
    public static Told Alike { get; } = new("the same", (direct, through) =>
    {
        // Two that fail alike prove nothing.
        Assert.True(direct.Error is null && direct.HasAnswer, $"No answer: {direct}");
        AssertAlike(direct, through);
    });

    /// <summary>An error whatever the provider did.</summary>
    public static Told Broken { get; } = new(Error, (direct, through) =>
    {
        AssertBroken(direct, through);
        Assert.True(through.Chunks.Count > 0 || through.Output.Length > 0, $"Nothing came before: {through}");
    });

    /// <summary>The same where nothing of use may have come before.</summary>
    public static Told Unreadable { get; } = new(Error, AssertBroken);

    /// <summary>The same, but for the chunk that tells the usage, which only the gateway had asked for.</summary>
    public static Told WithoutUsage { get; } = new("the same; the gateway asks, and keeps that chunk", (direct, through) =>
    {
        var withoutUsage = direct.Chunks.Where(chunk => !chunk.Contains(@"choices\u0022:[]", StringComparison.Ordinal) && !chunk.Contains("\"choices\":[]", StringComparison.Ordinal)).ToList();
        Assert.Equal(direct.Chunks.Count - 1, withoutUsage.Count);
        Assert.Equal(withoutUsage, through.Chunks);
        Assert.Null(through.Error);
    });

    /// <summary>The provider's models as it tells them, with what the gateway knows beside, and the gateway's own.</summary>
    public static Told WithOwnModels { get; } = new("the same, what the gateway knows of them, and its own", (direct, through) =>
    {
        var (provider, all) = (Models(direct), Models(through));
        Assert.All(provider, model => Assert.Equal(model.Value, all.GetValueOrDefault(model.Key)));
        Assert.Equal([Provider.NamedModel, BuiltInGateway.ChatModel, BuiltInGateway.EmbeddingModel], all.Keys.Except(provider.Keys).Order());
    });

    /// <summary>The same, told by the gateway itself.</summary>
    public static Told ByTheGateway { get; } = new("the same, and what the gateway knows of it", (direct, through) =>
    {
        Assert.NotNull(Answer(direct));
        AssertSame(Answer(direct), WithoutFacts(Answer(through)!));
    });

    /// <summary>What came, until the client left.</summary>
    public static Told Left { get; } = new("the same; the provider sees its client leave", (direct, through) =>
    {
        AssertAlike(direct, through);
        Assert.Contains("Once upon a time", through.Members["content"]!.GetValue<string>(), StringComparison.Ordinal);
    });

    /// <summary>The same refusal, in the provider's words.</summary>
    public static Told AlikeRefused(int status) => new("the same", (direct, through) =>
    {
        AssertError(direct, status, null, null);
        AssertAlike(direct, through);
    });

    /// <summary>A fault that is the gateway's to tell, in its own words: with what status, type and code.</summary>
    public static Told Anew((int Status, string Type, string? Code) direct, (int Status, string Type, string? Code) through) =>
        new(string.Create(CultureInfo.InvariantCulture, $"in the gateway's words: {through.Status} `{through.Type}`, `{through.Code}`"), (seenDirect, seenThrough) =>
        {
            AssertError(seenDirect, direct.Status, direct.Type, direct.Code);
            AssertError(seenThrough, through.Status, through.Type, through.Code);
        });

    // Never one that blames the request. What came before is the beginning of what is seen directly, or the other way round: a
    // client may take the end or what is no JSON for good, and Java's throws away what it has not read when a connection breaks.
    private static void AssertBroken(Seen direct, Seen through)
    {
        Assert.True(through.Error is not null, $"It ended quietly: {through}");
        Assert.NotEmpty(through.Error["message"]!.GetValue<string>());
        Assert.DoesNotContain("Validation", through.Error["class"]?.GetValue<string>() ?? "", StringComparison.Ordinal);
        Assert.True(through.Error["status"] is not { } status || status.GetValue<int>() >= 500, through.ToString());
        Assert.DoesNotContain(through.Chunks, chunk => chunk.Contains("[DONE]", StringComparison.Ordinal));
        var (chunks, length) = (Math.Min(direct.Chunks.Count, through.Chunks.Count), Math.Min(direct.Output.Length, through.Output.Length));
        Assert.Equal(direct.Chunks.Take(chunks), through.Chunks.Take(chunks));
        Assert.Equal(direct.Output[..length], through.Output[..length]);
    }

    private static void AssertAlike(Seen direct, Seen through) => AssertSame(direct.Members, through.Members);

    // A client tells them as a list, as the text of the body, or a name on each line.
    private static Dictionary<string, string> Models(Seen seen) => (seen.Members["models"] ?? Answer(seen)?["data"]) is JsonArray list
        ? list.ToDictionary(model => model!["id"]!.GetValue<string>(), model => WithoutFacts(model!).ToJsonString())
        : seen.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(id => id);

    // What the API does not have, and the gateway tells of a model it knows.
    private static JsonObject WithoutFacts(JsonNode model)
    {
        var known = model.DeepClone().AsObject();
        foreach (var name in new[] { "context_length", "max_output_tokens", "capabilities", "pricing" })
        {
            known.Remove(name);
        }

        return known;
    }

    private static JsonNode? Answer(Seen seen)
    {
        var text = seen.Output.StartsWith('{') ? seen.Output : seen.Members["answer"] is JsonValue body ? body.GetValue<string>() : null;
        return text is null ? seen.Members["answer"] : JsonNode.Parse(text);
    }

    private static void AssertError(Seen seen, int status, string? type, string? code)
    {
        Assert.True(seen.Error is not null, $"No error: {seen}");
        Assert.Equal(status, seen.Error["status"]!.GetValue<int>());
        if (type is not null)
        {
            Assert.Equal((type, code), (seen.Error["type"]?.GetValue<string>(), seen.Error["code"]?.GetValue<string>()));
        }
    }

    private static void AssertSame(JsonNode? direct, JsonNode? through) =>
        Assert.True(JsonNode.DeepEquals(direct, through), $"Directly {direct?.ToJsonString()}\nThrough  {through?.ToJsonString()}");
}
