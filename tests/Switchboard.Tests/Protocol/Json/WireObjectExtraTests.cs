using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Protocol.Json;

public sealed class WireObjectExtraTests
{
    [Fact]
    public void An_extra_member_that_a_property_says_too_is_written_once()
    {
        var message = new UserMessage("hi") { Extra = new Dictionary<string, RawJson> { ["content"] = RawJson.Parse("1"), ["nvext"] = RawJson.Parse("{}") } };

        Assert.Equal("""{"content":"hi","role":"user","nvext":{}}""", message.ToString());
    }

    [Fact]
    public void A_member_of_another_kind_than_the_types_is_kept_and_written_back()
    {
        var delta = WireJson.Deserialize<ChatCompletionDelta>("""{"role":"assistant","content":[{"type":"thinking"}]}""");

        Assert.Null(delta.Content);
        Assert.Equal("""[{"type":"thinking"}]""", delta.Extra["content"].ToString());
        Assert.Equal("""{"role":"assistant","content":[{"type":"thinking"}]}""", delta.ToString());
    }

    [Fact]
    public void Null_and_absent_are_told_apart()
    {
        Assert.Equal("""{"content":null}""", WireJson.Deserialize<ChatCompletionDelta>("""{"content":null}""").ToString());
        Assert.Equal("{}", WireJson.Deserialize<ChatCompletionDelta>("{}").ToString());
    }

    [Fact]
    public void A_member_that_the_server_left_out_is_not_made_up()
    {
        var completion = WireJson.Deserialize<ChatCompletion>("{}");

        Assert.Equal("", completion.Id);
        Assert.Empty(completion.Choices);
        Assert.Equal("{}", completion.ToString());
    }

    [Fact]
    public void A_conversation_reads_naturally()
    {
        var request = new ChatCompletionRequest
        {
            Model = "gpt-4o",
            Messages = [new SystemMessage("Be brief."), new UserMessage("hi"), new UserMessage([new ChatTextPart("what is this?"), new ChatImagePart(new ChatImageUrl("https://example.org/a.png"))])],
            ToolChoice = ChatToolChoice.Auto,
            ReasoningEffort = "unheard-of",
        };

        Assert.Equal(
            """{"messages":[{"content":"Be brief.","role":"system"},{"content":"hi","role":"user"},{"content":[{"type":"text","text":"what is this?"},{"type":"image_url","image_url":{"url":"https://example.org/a.png"}}],"role":"user"}],"model":"gpt-4o","reasoning_effort":"unheard-of","tool_choice":"auto"}""",
            request.ToString());
        Assert.Equal(request, WireJson.Deserialize<ChatCompletionRequest>(request.ToString()));
        Assert.Equal("\"hi\"", ((Switchboard.Protocol.Responses.ResponseInput)"hi").ToString());
    }
}
