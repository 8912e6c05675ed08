namespace Switchboard.EndToEnd.Tests.BuiltIn;

/// <summary>What the built-in chat model answers to questions it was not trained on (tools/tiny-model/eval).</summary>
[Collection<OnBuiltInGateway>]
public sealed class BuiltInModelTests(BuiltInAnswers answers, ITestOutputHelper output) : IClassFixture<BuiltInAnswers>
{
    [Theory]
    [InlineData("switchboard", 85)]
    [InlineData("product", 70)]
    [InlineData("greeting", 90)]
    [InlineData("identity", 90)]
    [InlineData("sum", 80)]
    [InlineData("copy", 80)]
    public void The_model_answers_held_out_questions_of_its_groups(string group, double bar)
    {
        output.WriteLine(answers.Table);
        output.WriteLine(answers.Wrong(group));

        Assert.InRange(answers.PercentRight(group), bar, 100);
    }

    // No bar: what a model of this size can do here is a bonus. The table and the answers tell.
    [Theory]
    [InlineData("history")]
    [InlineData("json")]
    [InlineData("refusal")]
    [InlineData("fact")]
    [InlineData("story")]
    public void The_model_says_something_in_its_other_groups(string group)
    {
        output.WriteLine(answers.Wrong(group));

        Assert.All(answers.Of(group), answer => Assert.NotEmpty(answer.Trim()));
    }
}
