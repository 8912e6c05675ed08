using System.Text.Json;
using Switchboard.Testing.Corpus;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Testing.Corpus;

public sealed class RealTrafficCorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Classifies_everything_in_the_shared_folder()
    {
        var traffic = Traffic();

        output.WriteLine($"{traffic.Bodies.Count} bodies");
        foreach (var group in traffic.Bodies.GroupBy(body => (body.Set, body.Group, body.Kind)).OrderBy(group => group.Key))
        {
            output.WriteLine($"{group.Count(),6} {group.Key.Set} {group.Key.Group} {group.Key.Kind}");
        }

        foreach (var group in traffic.Skipped.GroupBy(skipped => skipped.Reason))
        {
            output.WriteLine($"{group.Count(),6} left out: {group.Key}, such as {group.First().Source}");
        }

        Assert.DoesNotContain(traffic.Skipped, skipped => skipped.Reason == SkippedBody.Unclassified);
    }

    [Fact]
    public void Holds_bodies_of_every_set_and_kind()
    {
        var bodies = Traffic().Bodies;

        Assert.True(bodies.Count(body => body.Set == BodySet.OpenAI) > 11_000);
        Assert.True(bodies.Count(body => body.Set == BodySet.Azure) > 1_500);
        Assert.True(bodies.Count(body => body.Set == BodySet.Compatible) > 17_000);
        Assert.Equal(Enum.GetValues<BodyKind>(), bodies.Select(body => body.Kind).Distinct().Order());
        Assert.True(bodies.Where(body => body.Set == BodySet.OpenAI).Select(body => body.OperationId).Distinct().Count() > 70);
    }

    [Fact]
    public void Holds_only_json_and_each_source_once_for_a_kind()
    {
        var bodies = Traffic().Bodies;

        Assert.All(bodies, body => Assert.NotEqual(JsonValueKind.Undefined, JsonElement.Parse(body.Json.Span).ValueKind));
        Assert.Equal(bodies.Count, bodies.DistinctBy(body => (body.Source, body.Kind)).Count());
    }

    [Theory]
    [InlineData("recordings/ChatTests/TokenLogProbabilitiesStreaming(True).json[0] event 0", "createChatCompletion", BodyKind.StreamEvent, "chat.completion.chunk")]
    [InlineData("recordings/ResponseStoreTests/GetInputItemsCollectionPage.json[0]", "createResponse", BodyKind.Request, null)]
    [InlineData("recordings/FilesTests/DeleteFileCanParseServiceError.json[0]", "deleteFile", BodyKind.Error, null)]
    [InlineData("fixtures/vectors/webhooks.json[0]", "response.completed", BodyKind.WebhookEvent, "response.completed")]
    public void Knows_what_a_body_is_by_where_it_was(string source, string operation, BodyKind kind, string? eventName)
    {
        var body = Assert.Single(Traffic().Bodies, body => body.Source == source && body.Kind == kind);

        Assert.Equal((operation, eventName), (body.OperationId, body.EventName));
        Assert.Equal(BodySet.OpenAI, body.Set);
    }

    [Fact]
    public void Keeps_numbers_as_they_were_spelled()
    {
        var stored = Traffic().Bodies.First(body => body.Source == "recordings/ChatStoreTests/ChatMetadata.json[1]" && body.Kind == BodyKind.Response);

        Assert.True(stored.Json.Span.IndexOf("\"temperature\":1.0,"u8) > 0);
    }

    private static RealTraffic Traffic()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        return RealTraffic.All;
    }
}
