using Switchboard.Client.Chat;
using Switchboard.Protocol.Chat;

namespace Switchboard.Tests.Client.Chat;

public sealed class ConversationTrimmerTests
{
    private static readonly SystemMessage s_system = new("s");
    private static readonly DeveloperMessage s_developer = new("d");
    private static readonly AssistantMessage s_call = new() { ToolCalls = [new ChatFunctionToolCall("c1", new ChatFunctionCall("f", "{}"))] };
    private static readonly ToolMessage s_result = new("r", "c1");

    [Fact]
    public void KeepsCallsAndResultsTogether()
    {
        ChatMessage[] messages = [s_system, User("1"), s_call, s_result, Assistant("1"), User("2"), s_call, s_result, Assistant("2")];

        Assert.Equal([s_system, .. messages[5..]], Trim(messages, maxTurns: 1));
        // Nine messages of one token: the first turn has to go as a whole.
        Assert.Equal([s_system, .. messages[5..]], Trim(messages, maxTokens: 8));
        Assert.Equal(messages, Trim(messages, maxTokens: 9));
    }

    [Fact]
    public void KeepsInstructionsWhereverTheyStand()
    {
        ChatMessage[] messages = [s_system, User("1"), s_developer, Assistant("1"), User("2")];

        Assert.Equal([s_system, s_developer, messages[4]], Trim(messages, maxTurns: 1));
        Assert.Equal([s_system, s_developer, messages[4]], Trim(messages, maxTokens: 1));
    }

    [Fact]
    public void KeepsTheLastTurnWhateverItsSize()
    {
        ChatMessage[] messages = [User("1"), s_call, s_result, Assistant("1")];

        Assert.Equal(messages, Trim(messages, maxTurns: 1, maxTokens: 1));
    }

    [Fact]
    public void DropsAGreetingBeforeTheFirstUser()
    {
        ChatMessage[] messages = [s_system, Assistant("Hello"), User("1")];

        Assert.Equal(messages, Trim(messages));
        Assert.Equal([s_system, messages[2]], Trim(messages, maxTurns: 1));
    }

    [Fact]
    public void TakesNothingAtAll() => Assert.Empty(Trim([], maxTurns: 1, maxTokens: 1));

    [Fact]
    public void GuessesTokens()
    {
        Assert.Equal(6, MessageTokens.Estimate(User("12345678")));
        Assert.Equal(6, MessageTokens.Estimate(User("ääää")));
        Assert.Equal(4 + 1 + 800, MessageTokens.Estimate(new UserMessage((ChatContentPart[])[new ChatTextPart("hi"), new ChatImagePart(new ChatImageUrl(new string('x', 9999)))])));
        Assert.True(MessageTokens.Estimate(s_call) > 10);
    }

    private static UserMessage User(string text) => new(text);

    private static AssistantMessage Assistant(string text) => new() { Content = text };

    private static List<ChatMessage> Trim(ChatMessage[] messages, int? maxTurns = null, long? maxTokens = null) =>
        ConversationTrimmer.Trim(messages, maxTurns, maxTokens, _ => 1);
}
