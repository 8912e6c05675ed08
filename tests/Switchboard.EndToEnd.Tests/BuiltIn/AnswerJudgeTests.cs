namespace Switchboard.EndToEnd.Tests.BuiltIn;

public sealed class AnswerJudgeTests
{
    [Theory]
    [InlineData("17 | seventeen", "That is 17.", true)]
    [InlineData("17 | seventeen", "Seventeen!", true)]
    [InlineData("7 | seven", "That is 17.", false)]
    [InlineData("7 | seven", "Seventeen!", false)]
    [InlineData("7", "It is -7", false)]
    [InlineData("7", "It is 7.5", false)]
    [InlineData("20 | twenty", "twenty-one", false)]
    [InlineData("26 | twenty-six", "It makes twenty-six.", true)]
    [InlineData("\"age\" & 36", """{"name":"Ada","age":36}""", true)]
    [InlineData("\"age\" & 36", """{"name":"Ada","age":136}""", false)]
    [InlineData("hello | hey", "HELLO there", true)]
    [InlineData("5 million | small", "about 5 million parameters", true)]
    public void An_answer_is_right_when_it_holds_all_parts_of_an_alternative(string must, string answer, bool right)
    {
        Assert.Equal(right, AnswerJudge.IsRight(new("sum", ["a question"], must), answer));
    }

    [Theory]
    [InlineData("curl", false)]
    [InlineData("Use curl.", false)]
    [InlineData("I cannot give a curl example; I am a very small model built into the gateway.", false)]
    [InlineData("Send a JSON body to the chat endpoint: curl http://127.0.0.1:8000/v1/chat/completions", true)]
    public void A_word_of_the_question_proves_nothing(string answer, bool right)
    {
        Assert.Equal(right, AnswerJudge.IsRight(new("switchboard", ["Can you give me a curl example?"], "curl"), answer));
    }

    [Theory]
    [InlineData("Once there was a fox. The fox was brave and helped a bird that had lost its nest in the storm. Together they built a new one of soft moss before the moon was up. They were friends.", true)]
    [InlineData("Once there was an owl. The owl was brave and helped a bird that had lost its nest in the storm. Together they built a new one of soft moss before the moon was up. They were friends.", false)]
    [InlineData("A fox was brave. It ran. The end.", false)]
    [InlineData("The fox ran into the dark wood. The fox ran into the dark wood. The fox ran into the dark wood. The fox ran into the dark wood. The fox ran into the dark wood.", false)]
    public void A_story_has_its_subject_some_length_and_does_not_go_round_in_circles(string answer, bool right)
    {
        Assert.Equal(right, AnswerJudge.IsRight(new("story", ["a story about a fox"], "fox"), answer));
    }

    [Theory]
    [InlineData("How do I change the port?", true)]
    [InlineData("how can we set a port number", true)]
    [InlineData("whats the port", true)]
    [InlineData("What's the port?", true)]
    [InlineData("please change the port", false)]
    [InlineData("how do I change the report", false)]
    public void A_pattern_may_write_each_of_its_choices(string question, bool written)
    {
        var patterns = QuestionPatterns.Of("how (do|can) (i|we) (change|set) (the|a) port( number|)", "what('s| is|s) the port");

        Assert.Equal(written, patterns.MayWrite(question));
    }
}
