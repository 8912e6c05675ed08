using System.Text.Json.Nodes;
using Switchboard.Gateway.Translation.Cohere;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;
using Switchboard.Tests.Gateway.Translation.Goldens;

namespace Switchboard.Tests.Gateway.Translation.Cohere;

/// <summary>What the gateway sends is what an SDK sent to Cohere for the same chat, and Cohere took.</summary>
public sealed class RecordedCohereRequestTests
{
    [Fact]
    public void Real_requests_come_out_as_they_were_sent()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var count = 0;

        foreach (var (name, _, body) in RecordedRequests.To(path => path.EndsWith("/v2/chat", StringComparison.Ordinal)))
        {
            var sent = JsonNode.Parse(body.GetRawText())!.AsObject();
            var written = RequestGoldens.Write(ChatOf(sent), new CohereDialect(), (string)sent["model"]!);

            Assert.True(JsonNode.DeepEquals(Plain(sent), Plain(written)), $"{name}\nsent    {sent.ToJsonString()}\nwritten {written.ToJsonString()}");
            count++;
        }

        Assert.True(count > 40, $"{count}");
    }

    // The chat request of which it would come: Cohere's messages and tools are those of chat.
    private static JsonObject ChatOf(JsonObject sent)
    {
        var chat = sent.DeepClone().AsObject();
        if (chat["response_format"]?["json_schema"] is { } schema)
        {
            chat["response_format"] = new JsonObject { ["type"] = "json_schema", ["json_schema"] = new JsonObject { ["name"] = "x", ["schema"] = schema.DeepClone() } };
        }

        if ((string?)chat["tool_choice"] is { } choice)
        {
            chat["tool_choice"] = choice.ToLowerInvariant();
        }

        return chat;
    }

    // Text in one part is text; a turn without any has none.
    private static JsonObject Plain(JsonObject request)
    {
        var plain = request.DeepClone().AsObject();
        foreach (var message in plain["messages"]!.AsArray().Select(message => message!.AsObject()))
        {
            if (message["content"] is JsonArray parts)
            {
                var kept = parts.Where(part => (string?)part!["text"] != "").ToArray();
                message["content"] = kept is [{ } single] && (string?)single["type"] == "text" ? single["text"]!.DeepClone()
                    : kept.Length == 0 ? null : new JsonArray([.. kept.Select(part => part!.DeepClone())]);
            }

            if (message["content"] is null)
            {
                message.Remove("content");
            }
        }

        return plain;
    }
}
