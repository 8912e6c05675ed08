using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Requests.Parameters;

/// <summary>What each operation's parameters may be, a row each, in the order in which faults are told.</summary>
internal static class ParameterTables
{
    private static readonly ParameterRow[] s_chat =
    [
        .. DynamoExtensions.Rows,
        new("messages", (ref json, ref _) => MessagesRule.Check(ref json)),
        Number(NumberRules.FrequencyPenalty),
        new("logit_bias", (ref json, ref _) => LogitBiasRule.Check(ref json)),
        new("logprobs", (ref json, ref values) => MemberValue.ReadBoolean(ref json, "logprobs", ref values.LogProbs)),
        new("top_logprobs", (ref json, ref values) => NumberRules.TopLogProbs.Read(ref json, ref values.TopLogProbs), NeedLogProbs),
        new("max_tokens", (ref json, ref values) => NumberRules.MaxTokens.Read(ref json, ref values.MaxTokens), OneLimit),
        new("max_completion_tokens", (ref json, ref values) => NumberRules.MaxCompletionTokens.Read(ref json, ref values.MaxCompletionTokens)),
        Number(NumberRules.PresencePenalty),
        new("response_format", (ref json, ref _) => ResponseFormatRule.Check(ref json, "response_format", isNested: true, out var _)),
        new("stop", (ref json, ref _) => StopRule.Check(ref json, "stop")),
        new("temperature", ReadTemperature),
        Number(NumberRules.TopP),
        new("tools", (ref json, ref values) => ReadTools(ref json, ref values, isNested: true)),
        new("tool_choice", ReadToolChoice, ChoiceAmongTools),
        User(),
        Number(NumberRules.RepetitionPenalty),
        Number(NumberRules.MinP),
        Number(NumberRules.TopK),
        new("", null, ChoicesByChance),
    ];

    private static readonly ParameterRow[] s_completions =
    [
        .. DynamoExtensions.Rows,
        new("prompt", (ref json, ref values) => json.TokenType == JsonTokenType.Null ? null : PromptRule.Check(ref json, "prompt", out values.Prompts)),
        new("prompt_embeds", (ref json, ref _) => TextRules.CheckEmbeds(ref json)),
        new("suffix", (ref json, ref _) => TextRules.CheckSuffix(ref json)),
        Number(NumberRules.MaxTokens),
        new("temperature", ReadTemperature),
        Number(NumberRules.TopP),
        Number(NumberRules.LogProbs),
        new("stop", (ref json, ref _) => StopRule.Check(ref json, "stop")),
        Number(NumberRules.PresencePenalty),
        Number(NumberRules.FrequencyPenalty),
        new("best_of", (ref json, ref values) => NumberRules.BestOf.Read(ref json, ref values.BestOf), BestAmongEnough),
        new("logit_bias", (ref json, ref _) => LogitBiasRule.Check(ref json)),
        User(),
        Number(NumberRules.RepetitionPenalty),
        Number(NumberRules.MinP),
        Number(NumberRules.TopK),
        new("", null, ChoicesByChance),
        new("", null, FewAnswers),
    ];

    private static readonly ParameterRow[] s_embeddings =
    [
        new("input", (ref json, ref values) => PromptRule.Check(ref json, "input", out values.Prompts)),
        new("encoding_format", (ref json, ref _) => TextRules.CheckEncoding(ref json)),
        Number(NumberRules.Dimensions),
        User(),
    ];

    private static readonly ParameterRow[] s_responses =
    [
        .. DynamoExtensions.Rows,
        Number(NumberRules.TopLogProbs),
        Number(NumberRules.MaxOutputTokens),
        Number(NumberRules.MaxToolCalls),
        Number(NumberRules.Temperature),
        Number(NumberRules.TopP),
        new("text", ReadText),
        new("tools", (ref json, ref values) => ReadTools(ref json, ref values, isNested: false)),
        new("tool_choice", ReadToolChoice, ChoiceAmongTools),
        User(),
    ];

    /// <summary>The rows of an operation that a policy checks.</summary>
    public static ParameterRow[] Of(ApiOperation operation, bool strict, bool isDynamo)
    {
        ParameterRow[] all = operation switch
        {
            ApiOperation.ChatCompletions => s_chat,
            ApiOperation.Completions => s_completions,
            ApiOperation.Embeddings => s_embeddings,
            ApiOperation.Responses => s_responses,
            _ => [],
        };
        return [.. all.Where(row => row.IsDynamos ? isDynamo : strict)];
    }

    private static ParameterRow Number(NumberRule rule) => new(rule.Name, (ref json, ref values) => rule.Read(ref json, ref values.Ignored));

    private static ParameterRow User() => new("user", (ref json, ref _) => MemberValue.CheckNonBlank(ref json, "user"));

    private static GatewayError? ReadTemperature(ref Utf8JsonReader json, ref ParameterValues values) =>
        NumberRules.Temperature.Read(ref json, ref values.Temperature);

    private static GatewayError? ReadTools(ref Utf8JsonReader json, ref ParameterValues values, bool isNested)
    {
        var start = (int)json.TokenStartIndex;
        var fault = ToolsRule.Check(ref json, isNested, out values.Tools);
        values.ToolsSpan = start..(int)json.BytesConsumed;
        return fault;
    }

    private static GatewayError? ReadToolChoice(ref Utf8JsonReader json, ref ParameterValues values)
    {
        var start = (int)json.TokenStartIndex;
        var fault = ToolChoiceRule.Check(ref json, "tool_choice", out values.Demand);
        json.Skip();
        values.ChoiceSpan = start..(int)json.BytesConsumed;
        return fault;
    }

    private static GatewayError? ReadText(ref Utf8JsonReader json, ref ParameterValues values)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type("text", "an object", json);
        }

        GatewayError? fault = null;
        while (fault is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isFormat = json.ValueTextEquals("format"u8);
            json.Read();
            fault = isFormat ? ResponseFormatRule.Check(ref json, "text.format", isNested: false, out _) : null;
            json.Skip();
        }

        return fault;
    }

    private static GatewayError? NeedLogProbs(in ParameterValues values, ReadOnlySpan<byte> body) =>
        values.TopLogProbs is > 0 && !values.LogProbs ? Contradictions.TopLogProbsWithoutLogProbs() : null;

    private static GatewayError? OneLimit(in ParameterValues values, ReadOnlySpan<byte> body) =>
        values is { MaxTokens: not null, MaxCompletionTokens: not null } ? Contradictions.TwoLimits() : null;

    private static GatewayError? ChoiceAmongTools(in ParameterValues values, ReadOnlySpan<byte> body) =>
        values.Demand == ToolDemand.None ? null
            : values.Tools == 0 ? Contradictions.ChoiceWithoutTools()
            : values.Demand == ToolDemand.Named && !ToolChoiceRule.Finds(body[values.ChoiceSpan], body[values.ToolsSpan], out var name) ? Contradictions.ChoiceOfUnknownTool(name)
            : null;

    private static GatewayError? BestAmongEnough(in ParameterValues values, ReadOnlySpan<byte> body) =>
        values.BestOf > 0 && values.BestOf < values.Choices ? Contradictions.BestOfBelowChoices((int)values.BestOf, values.Choices) : null;

    private static GatewayError? ChoicesByChance(in ParameterValues values, ReadOnlySpan<byte> body) =>
        values.Choices > 1 && values.Temperature == 0 ? Contradictions.ChoicesWithoutChance(values.Choices) : null;

    private static GatewayError? FewAnswers(in ParameterValues values, ReadOnlySpan<byte> body) =>
        (long)values.Prompts * values.Choices > Contradictions.MostAnswers ? Contradictions.TooManyAnswers(values.Prompts, values.Choices) : null;
}
