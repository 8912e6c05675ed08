using System.Text;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Translation.Bedrock;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;
using Switchboard.Tests.Gateway.Translation.Goldens;

namespace Switchboard.Tests.Gateway.Translation.Bedrock;

/// <summary>What the gateway sends is what an SDK sent to Bedrock for the same chat, and Bedrock took.</summary>
public sealed class RecordedBedrockRequestTests
{
    [Fact]
    public void Real_requests_come_out_as_they_were_sent()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var count = 0;

        foreach (var (name, uri, body) in RecordedRequests.To(path => path.Contains("/converse", StringComparison.Ordinal)))
        {
            // An underscore in the name of a document is beyond what the reference allows, and a blank here.
            var sent = JsonNode.Parse(body.GetRawText().Replace("\"name\": \"sample_2\"", "\"name\": \"sample 2\"", StringComparison.Ordinal).Replace("\"name\":\"sample_2\"", "\"name\":\"sample 2\"", StringComparison.Ordinal))!.AsObject();
            var model = Uri.UnescapeDataString(uri.Segments[2].TrimEnd('/'));
            var written = RequestGoldens.Write(ChatOf(sent), new BedrockDialect(), model);

            // The SDK thinks by an older name of the same, and limits nothing; a model that thinks has to have room for it.
            if (sent["additionalModelRequestFields"]?["reasoning_config"] is { } thinking)
            {
                sent["additionalModelRequestFields"] = new JsonObject { ["thinking"] = thinking.DeepClone() };
                sent["inferenceConfig"]!["maxTokens"] = written["inferenceConfig"]!["maxTokens"]!.DeepClone();
            }

            Assert.True(JsonNode.DeepEquals(sent, written), $"{name}\nsent    {Short(sent)}\nwritten {Short(written)}");
            count++;
        }

        Assert.True(count > 60, $"{count}");
    }

    [Fact]
    public void The_paths_are_those_of_real_requests_with_the_colon_encoded()
    {
        Assert.Equal("model/us.amazon.nova-2-lite-v1%3A0/converse", new BedrockDialect().PathOf("us.amazon.nova-2-lite-v1:0", isStream: false));
        Assert.Equal(
            "model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aapplication-inference-profile%2Fa/converse-stream",
            new BedrockDialect().PathOf("arn:aws:bedrock:us-east-1:1:application-inference-profile/a", isStream: true));
    }

    // The chat request of which it would come.
    private static JsonObject ChatOf(JsonObject sent)
    {
        var chat = new JsonObject { ["model"] = "m", ["messages"] = MessagesOf(sent) };
        if (sent["toolConfig"] is { } tools)
        {
            chat["tools"] = new JsonArray([.. tools["tools"]!.AsArray().Select(tool => ToolOf(tool!))]);
        }

        var fields = sent["additionalModelRequestFields"];
        Copy(sent["inferenceConfig"]?["temperature"], "temperature");
        Copy(fields?["reasoningConfig"]?["maxReasoningEffort"], "reasoning_effort");
        Copy(fields?["reasoning_config"], "thinking");
        Copy(fields?["inferenceConfig"]?["topK"], "top_k");
        if (sent["outputConfig"]?["textFormat"]?["structure"]?["jsonSchema"] is { } schema)
        {
            chat["response_format"] = new JsonObject { ["type"] = "json_schema", ["json_schema"] = new JsonObject { ["name"] = (string)schema["name"]!, ["schema"] = JsonNode.Parse((string)schema["schema"]!) } };
        }

        return chat;

        void Copy(JsonNode? value, string name)
        {
            if (value is not null)
            {
                chat[name] = value.DeepClone();
            }
        }
    }

    private static JsonArray MessagesOf(JsonObject sent)
    {
        var messages = new JsonArray();
        foreach (var block in sent["system"] as JsonArray ?? [])
        {
            if (block!["cachePoint"] is not null)
            {
                messages[^1]!["content"]![0]!["cache_control"] = new JsonObject { ["type"] = "ephemeral" };
            }
            else
            {
                messages.Add(new JsonObject { ["role"] = "system", ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = (string)block["text"]! }) });
            }
        }

        foreach (var message in sent["messages"]!.AsArray())
        {
            AddTurns(messages, message!);
        }

        return messages;
    }

    private static void AddTurns(JsonArray messages, JsonNode message)
    {
        var turn = new JsonObject { ["role"] = (string)message["role"]!, ["content"] = new JsonArray() };
        foreach (var block in message["content"]!.AsArray().Select(block => block!))
        {
            if (block["toolResult"] is { } result)
            {
                messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = (string)result["toolUseId"]!, ["content"] = new JsonArray([.. result["content"]!.AsArray().Select(part => PartOf(part!))]) });
            }
            else if (block["toolUse"] is { } use)
            {
                Member(turn, "tool_calls").Add(new JsonObject { ["id"] = (string)use["toolUseId"]!, ["type"] = "function", ["function"] = new JsonObject { ["name"] = (string)use["name"]!, ["arguments"] = use["input"]!.ToJsonString() } });
            }
            else if (block["reasoningContent"]?["reasoningText"] is { } reasoning)
            {
                Member(turn, "reasoning_details").Add(new JsonObject { ["type"] = "reasoning.text", ["text"] = (string)reasoning["text"]!, ["signature"] = (string?)reasoning["signature"] });
            }
            else
            {
                turn["content"]!.AsArray().Add(PartOf(block));
            }
        }

        if (turn["content"]!.AsArray().Count > 0 || turn["tool_calls"] is not null)
        {
            messages.Add(turn);
        }
    }

    private static JsonArray Member(JsonObject turn, string name)
    {
        turn[name] ??= new JsonArray();
        return turn[name]!.AsArray();
    }

    private static JsonObject PartOf(JsonNode block)
    {
        if (block["image"] is { } image)
        {
            return new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = $"data:image/{(string)image["format"]!};base64,{(string)image["source"]!["bytes"]!}" } };
        }

        if (block["document"] is { } document)
        {
            var type = (string)document["format"]! switch { "pdf" => "application/pdf", "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ => "text/plain" };
            var part = new JsonObject
            {
                ["type"] = "file",
                ["file"] = new JsonObject { ["filename"] = $"{(string)document["name"]!}.{(string)document["format"]!}", ["file_data"] = $"data:{type};base64,{(string?)document["source"]!["bytes"] ?? Convert.ToBase64String(Encoding.UTF8.GetBytes((string)document["source"]!["text"]!))}" },
            };
            if (document["citations"] is { } citations)
            {
                part["citations"] = citations.DeepClone();
            }

            return part;
        }

        return block["searchResult"] is { } search ? new JsonObject { ["type"] = "searchResult", ["searchResult"] = search.DeepClone() }
            : new JsonObject { ["type"] = "text", ["text"] = (string)block["text"]! };
    }

    private static JsonObject ToolOf(JsonNode tool)
    {
        if (tool["systemTool"] is { } system)
        {
            return new JsonObject { ["type"] = "systemTool", ["systemTool"] = system.DeepClone() };
        }

        var spec = tool["toolSpec"]!;
        return new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = (string)spec["name"]!, ["description"] = (string?)spec["description"], ["parameters"] = spec["inputSchema"]!["json"]!.DeepClone() } };
    }

    private static string Short(JsonNode node) => node.ToJsonString() is { Length: > 1500 } text ? $"{text[..700]} … {text[^700..]}" : node.ToJsonString();
}
