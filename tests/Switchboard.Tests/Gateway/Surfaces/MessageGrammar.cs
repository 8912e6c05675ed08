using System.Text.Json;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Gateway.Surfaces;

/// <summary>The grammar of a stream of the Messages API, strictly: which events there are, in which order, with which members.</summary>
internal static class MessageGrammar
{
    private static readonly Dictionary<string, string[]> s_deltas = new()
    {
        ["text"] = ["text_delta", "citations_delta"],
        ["thinking"] = ["thinking_delta", "signature_delta"],
        ["tool_use"] = ["input_json_delta"],
        ["redacted_thinking"] = [],
    };

    /// <summary>Fails where the text is no such stream, whole from its first event to its last.</summary>
    public static void Check(string stream)
    {
        var events = ServerSentEvents.Read(stream).ToList();
        var (index, open, phase) = (0, (string?)null, "start");
        foreach (var (name, text) in events)
        {
            var data = JsonElement.Parse(text);
            var type = data.GetProperty("type").GetString()!;
            Assert.Equal(type, name);
            Assert.False(phase == "over", $"{type} after message_stop");
            switch (type)
            {
                case "ping":
                    break;
                case "message_start":
                    Assert.Equal("start", phase);
                    CheckStart(data.GetProperty("message"));
                    phase = "blocks";
                    break;
                case "content_block_start":
                    Assert.Equal("blocks", phase);
                    Assert.Null(open);
                    Assert.Equal(index, data.GetProperty("index").GetInt32());
                    open = CheckBlock(data.GetProperty("content_block"));
                    break;
                case "content_block_delta":
                    Assert.NotNull(open);
                    Assert.Equal(index, data.GetProperty("index").GetInt32());
                    CheckDelta(open, data.GetProperty("delta"));
                    break;
                case "content_block_stop":
                    Assert.NotNull(open);
                    Assert.Equal(index++, data.GetProperty("index").GetInt32());
                    open = null;
                    break;
                case "message_delta":
                    Assert.Equal("blocks", phase);
                    Assert.Null(open);
                    CheckEnd(data);
                    phase = "told";
                    break;
                case "message_stop":
                    Assert.Equal("told", phase);
                    phase = "over";
                    break;
                default:
                    Assert.Fail($"The event {type} is not of the grammar.");
                    break;
            }
        }

        Assert.Equal("over", phase);
        Assert.Equal(stream, string.Concat(events.Select(one => ServerSentEvents.Named(one.Name!, one.Data))));
    }

    private static void CheckStart(JsonElement message)
    {
        Assert.NotEqual("", message.GetProperty("id").GetString());
        Assert.Equal("message", message.GetProperty("type").GetString());
        Assert.Equal("assistant", message.GetProperty("role").GetString());
        Assert.NotEqual("", message.GetProperty("model").GetString());
        Assert.Equal(0, message.GetProperty("content").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, message.GetProperty("stop_reason").ValueKind);
        Assert.Equal(JsonValueKind.Null, message.GetProperty("stop_sequence").ValueKind);
        CheckUsage(message.GetProperty("usage"));
    }

    private static string CheckBlock(JsonElement block)
    {
        var type = block.GetProperty("type").GetString()!;
        switch (type)
        {
            case "text":
                Assert.Equal("", block.GetProperty("text").GetString());
                break;
            case "thinking":
                Assert.Equal("", block.GetProperty("thinking").GetString());
                Assert.Equal("", block.GetProperty("signature").GetString());
                break;
            case "redacted_thinking":
                Assert.NotEqual("", block.GetProperty("data").GetString());
                break;
            case "tool_use":
                Assert.NotEqual("", block.GetProperty("id").GetString());
                Assert.NotEqual("", block.GetProperty("name").GetString());
                Assert.Empty(block.GetProperty("input").EnumerateObject());
                break;
            default:
                Assert.Fail($"No block is of the type {type}.");
                break;
        }

        return type;
    }

    private static void CheckDelta(string open, JsonElement delta)
    {
        var type = delta.GetProperty("type").GetString()!;
        Assert.Contains(type, s_deltas[open]);
        Assert.Equal(2, delta.EnumerateObject().Count());
    }

    private static void CheckEnd(JsonElement data)
    {
        Assert.Contains(data.GetProperty("delta").GetProperty("stop_reason").GetString(), (string[])["end_turn", "max_tokens", "tool_use", "refusal"]);
        Assert.True(data.GetProperty("delta").TryGetProperty("stop_sequence", out _));
        CheckUsage(data.GetProperty("usage"));
    }

    private static void CheckUsage(JsonElement usage)
    {
        foreach (var member in (string[])["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"])
        {
            Assert.True(usage.GetProperty(member).GetInt32() >= 0, member);
        }
    }
}
