using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Rules;

/// <summary>The refusals of members that are right each by itself and wrong together.</summary>
internal static class Contradictions
{
    /// <summary>The most answers to one request: prompts times <c>n</c>.</summary>
    public const int MostAnswers = 128;

    public static GatewayError TopLogProbsWithoutLogProbs() =>
        Refuse("'top_logprobs' is only allowed when 'logprobs' is true.", "top_logprobs");

    public static GatewayError ChoiceWithoutTools() =>
        Refuse("'tool_choice' is only allowed when 'tools' is given.", "tool_choice");

    public static GatewayError ChoiceOfUnknownTool(string name) =>
        Refuse($"'tool_choice' names the function '{RequestFaults.Shorten(name)}', which is not in 'tools'.", "tool_choice");

    public static GatewayError BestOfBelowChoices(int bestOf, int choices) =>
        Refuse($"'best_of' is {bestOf}, but 'n' asks for {choices}; it must be at least as large.", "best_of");

    public static GatewayError StreamedBestOf() =>
        Refuse("'best_of' cannot be streamed: which answers are best is known at the end.", "best_of");

    public static GatewayError ChoicesWithoutChance(int choices) =>
        Refuse($"'n' is {choices} and 'temperature' is 0: all answers would be the same. Ask for one, or raise the temperature.", "n");

    public static GatewayError TooManyAnswers(int prompts, int choices) =>
        Refuse($"{prompts} prompts with 'n' {choices} are {prompts * choices} answers; {MostAnswers} are the most.", "n");

    public static GatewayError TwoLimits() =>
        Refuse("'max_tokens' and 'max_completion_tokens' are the older and the newer name of one limit; give one of them.", "max_tokens");

    public static GatewayError Excluding(string one, string other) =>
        Refuse($"'{one}' and '{other}' exclude each other; give one of them.", one);

    private static GatewayError Refuse(string message, string param) => GatewayError.InvalidRequest(message, param, "invalid_value");
}
