using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Requests.Parameters;

/// <summary>What a scan notes of the parameters that are checked against others.</summary>
internal struct ParameterValues
{
    public double? Temperature;
    public double? TopLogProbs;
    public double? BestOf;
    public double? MaxTokens;
    public double? MaxCompletionTokens;
    public double? Ignored;
    public bool LogProbs;
    public int Choices;
    public int Prompts;
    public int Tools;
    public ToolDemand Demand;
    public Range ToolsSpan;
    public Range ChoiceSpan;
}
