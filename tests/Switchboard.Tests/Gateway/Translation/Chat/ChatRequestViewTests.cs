using System.Text;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Tests.Gateway.Translation.Chat;

public sealed class ChatRequestViewTests
{
    [Theory]
    [InlineData("""{"id":"a","type":"custom","custom":{"name":"sql","input":"select 1"}}""")]
    [InlineData("""{"id":"a","type":"function","function":null}""")]
    [InlineData("1")]
    public void A_call_of_no_function_is_refused_and_not_left_out(string call)
    {
        using var view = ChatRequestView.Read(
            Encoding.UTF8.GetBytes($$$"""{"messages":[{"role":"assistant","tool_calls":[{"id":"f","function":{"name":"f","arguments":"{}"}},{{{call}}}]}]}"""), out var error);

        Assert.Null(view);
        Assert.Equal("messages[0].tool_calls[1]", error!.Body.Param);
    }

    [Fact]
    public void Tools_of_old_are_found_at_their_own_place()
    {
        using var view = ChatRequestView.Read("""{"messages":[],"tools":[{"type":"function","function":{"name":"f"}}],"functions":[{"name":"g"}]}"""u8.ToArray(), out _);

        Assert.Equal([("f", "tools[0]"), ("g", "functions[0]")], view!.Tools.Select(tool => (tool.Name, tool.Path)));
    }
}
