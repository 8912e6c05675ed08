using System.Text;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Places;
using Switchboard.Tests.Gateway.Responses;

namespace Switchboard.Tests.Gateway.Translation.Responses;

/// <summary>Requests of the Responses API and the chat requests that they become, hand-checked.</summary>
public sealed class ResponsesRequestToChatTests
{
    private static readonly JsonObject[] s_goldens =
        [.. JsonNode.Parse(File.ReadAllText(RepositoryRoot.Combine("tests", "Switchboard.Tests", "Gateway", "Translation", "Goldens", "ResponsesRequestToChat.json"), Encoding.UTF8))!.AsArray().Select(entry => entry!.AsObject())];

    public static TheoryData<string> Cases => [.. s_goldens.Select(entry => (string)entry["case"]!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_request_is_written_as_chat_has_it(string name)
    {
        var golden = s_goldens.Single(entry => (string)entry["case"]! == name);
        var asked = golden["asked"]!.DeepClone().AsObject();
        asked["model"] = "asked";
        var handling = (bool?)golden["refuses"] ?? false ? UnsupportedHandling.Refuse : UnsupportedHandling.Drop;
        var run = new ResponsesRun(new ProviderSettings { Type = "scripted", Unsupported = handling });
        var isStream = (bool?)asked["stream"] ?? false;

        var (outcome, _) = await run.SendAsync(asked.ToJsonString(), isStream ? ResponsesRun.Stream("stop") : ResponsesRun.Whole("""{"content":"Hi"}"""));

        if ((string?)golden["refused"] is { } refused)
        {
            Assert.Equal(400, outcome.Error?.Status);
            Assert.Equal(refused, outcome.Error?.Body.Param);
            Assert.Empty(run.Sent);
            return;
        }

        Assert.False(outcome.IsError, outcome.Error?.Body.Message);
        var sent = Assert.Single(run.Sent);
        Assert.True(JsonNode.DeepEquals(golden["sent"], sent), $"{name}: sent {sent.ToJsonString()}");
        Assert.Equal((golden["dropped"] as JsonArray ?? []).Select(member => (string)member!), run.Dropped);
    }
}
