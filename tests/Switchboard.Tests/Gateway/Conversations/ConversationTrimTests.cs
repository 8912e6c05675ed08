using System.Text;
using Switchboard.Gateway.Conversations;

namespace Switchboard.Tests.Gateway.Conversations;

public sealed class ConversationTrimTests
{
    private static readonly ConversationItem[] s_four = [Said(1, "a"), Answered(1, "A"), Said(2, "b"), Answered(2, "B"), Said(3, "c"), Answered(3, "C"), Said(4, "d"), Answered(4, "D")];

    [Theory]
    [InlineData(1, "d,D")]
    [InlineData(2, "c,C,d,D")]
    [InlineData(4, "a,A,b,B,c,C,d,D")]
    [InlineData(1000, "a,A,b,B,c,C,d,D")]
    public void The_last_turns_are_kept_whole(int turns, string kept) => Assert.Equal(kept, Ids(ConversationTrim.Keep(s_four, turns, null)));

    [Fact]
    public void Turns_are_kept_while_there_is_room_for_them()
    {
        ConversationItem[] items = [Said(1, "a"), Answered(1, new string('A', 4000)), Said(2, "b"), Answered(2, "B"), Said(3, "c"), Answered(3, "C")];

        Assert.Equal("b,B,c,C", Ids(ConversationTrim.Keep(items, 100, 500)));
        Assert.Equal("", Ids(ConversationTrim.Keep(items, 100, 1)));
        Assert.Equal(6, ConversationTrim.Keep(items, 100, 5000).Count);
    }

    [Fact]
    public void A_long_turn_hides_what_was_before_it()
    {
        // What is left has no holes.
        ConversationItem[] items = [Said(1, "a"), Said(2, new string('b', 4000)), Said(3, "c")];

        Assert.Equal("c", Ids(ConversationTrim.Keep(items, 100, 500)));
    }

    [Theory]
    [InlineData(4, "a,call,output,A,b,B")]
    [InlineData(3, "call,output,A,b,B")]
    [InlineData(2, "b,B")]
    [InlineData(1, "b,B")]
    public void The_answer_of_a_tool_never_stands_without_its_call(int turns, string kept)
    {
        // The call is of one turn, as the Responses API has it, and its answer of the next.
        ConversationItem[] items =
        [
            Said(1, "a"),
            Item(2, "call", """{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"}"""),
            Item(3, "output", """{"type":"function_call_output","call_id":"c1","output":"1"}"""),
            Answered(3, "A"),
            Said(4, "b"),
            Answered(4, "B"),
        ];

        Assert.Equal(kept, Ids(ConversationTrim.Keep(items, turns, null)));
    }

    private static ConversationItem Said(long turn, string text) => Item(turn, text, $$"""{"type":"message","role":"user","content":[{"type":"input_text","text":"{{text}}"}]}""");

    private static ConversationItem Answered(long turn, string text) => Item(turn, text, $$"""{"type":"message","role":"assistant","content":[{"type":"output_text","text":"{{text}}"}]}""");

    private static ConversationItem Item(long turn, string id, string json) => new(id, Encoding.UTF8.GetBytes(json)) { Turn = turn };

    private static string Ids(IEnumerable<ConversationItem> items) => string.Join(',', items.Select(item => item.Id));
}
