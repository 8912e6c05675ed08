using System.Text;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Routing.Choice;

namespace Switchboard.Tests.Gateway.Routing.Choice;

public sealed class CallTraitsTests
{
    private const string System = """{"role":"system","content":"You are kind."}""";
    private const string First = """{"role":"user","content":"What is a ship?"}""";

    [Fact]
    public void A_body_as_deep_as_requests_may_be_is_read()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 120)) + string.Concat(Enumerable.Repeat("]", 120));

        Assert.Equal(OfUser("""{"user":"ann"}"""), OfUser($$"""{"tools":{{deep}},"user":"ann"}"""));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"\ud800"}],"prompt":"x"}""")]
    [InlineData("""{"messages":[{"\ud800":1}]}""")]
    public void Half_a_character_ends_the_reading_and_no_call(string body) => Assert.Equal(0UL, OfPrefix(body));

    [Fact]
    public void The_user_is_who_the_request_says_it_is()
    {
        var ann = OfUser("""{"model":"m","user":"ann"}""");

        Assert.Equal(ann, OfUser("""{"user":"ann","messages":[{"role":"user","content":"Hi","user":"x"}]}"""));
        Assert.Equal(ann, OfUser("""{"user":"bob","safety_identifier":"ann"}"""));
        Assert.Equal(ann, OfUser("""{"safety_identifier":"ann","user":"bob"}"""));
        Assert.NotEqual(ann, OfUser("""{"user":"bob"}"""));
        Assert.Equal(0u, OfUser("""{"model":"m","user":null}"""));
    }

    [Fact]
    public void A_conversation_keeps_its_beginning_in_every_turn()
    {
        var first = OfPrefix($$"""{"messages":[{{System}},{{First}}]}""");
        var second = OfPrefix($$"""{"temperature":1,"messages":[{{System}},{{First}},{"role":"assistant","content":"A \" boat"},{"role":"user","content":"More"}]}""");
        var other = OfPrefix($$"""{"messages":[{{System}},{"role":"user","content":"What is a shop?"}]}""");
        var otherSystem = OfPrefix($$"""{"messages":[{{System.Replace("kind", "rude", StringComparison.Ordinal)}},{{First}}]}""");

        Assert.NotEqual(0u, first);
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.NotEqual(first, otherSystem);
    }

    [Fact]
    public void The_key_of_the_prompts_cache_wins()
    {
        var keyed = OfPrefix($$"""{"prompt_cache_key":"k","messages":[{{First}}]}""");

        Assert.Equal(keyed, OfPrefix($$"""{"messages":[{{System}}],"prompt_cache_key":"k"}"""));
        Assert.NotEqual(keyed, OfPrefix($$"""{"messages":[{{First}}]}"""));
    }

    [Fact]
    public void Instructions_and_texts_are_beginnings_too()
    {
        var one = OfPrefix("""{"instructions":"Be kind.","input":"Hi"}""");

        Assert.Equal(one, OfPrefix("""{"input":"Hi","instructions":"Be kind."}"""));
        Assert.NotEqual(one, OfPrefix("""{"input":"Hi","instructions":"Be rude."}"""));
        Assert.NotEqual(0u, OfPrefix("""{"prompt":["Hi"]}"""));
        Assert.Equal(0u, OfPrefix("""{"model":"m"}"""));
    }

    private static ulong OfUser(string body) => CallTraits.AffinityOf(Encoding.UTF8.GetBytes(body), StickyBy.User);

    private static ulong OfPrefix(string body) => CallTraits.AffinityOf(Encoding.UTF8.GetBytes(body), StickyBy.Prefix);
}
