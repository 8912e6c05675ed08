using System.Globalization;
using System.Text.Json;
using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>The members that say how tokens are chosen and when to stop; chat and completions share them.</summary>
internal sealed class SamplingMembers
{
    private double? _temperature;
    private double? _topP;
    private double? _minP;
    private double? _frequencyPenalty;
    private double? _presencePenalty;
    private double? _repetitionPenalty;
    private double? _topK;
    private long? _seed;
    private double? _maxTokens;
    private double? _choices;
    private bool _ignoreEndTokens;
    private StopMember _stop = StopMember.None;
    private Dictionary<int, float>? _logitBias;

    /// <summary>The most tokens of an answer; null where the request does not say.</summary>
    public int? MaxTokens => (int?)_maxTokens;

    /// <summary>How many answers, <c>n</c>.</summary>
    public int Choices => (int)(_choices ?? 1);

    /// <summary>Reads the member at the reader where it is one of these.</summary>
    /// <returns>False for any other member.</returns>
    public bool TryRead(ref Utf8JsonReader json, string name, out GatewayError? error)
    {
        error = null;
        switch (name)
        {
            case "temperature": error = NumberRules.Temperature.Read(ref json, ref _temperature); break;
            case "top_p": error = NumberRules.TopP.Read(ref json, ref _topP); break;
            case "min_p": error = NumberRules.MinP.Read(ref json, ref _minP); break;
            case "top_k": error = NumberRules.TopK.Read(ref json, ref _topK); break;
            case "frequency_penalty": error = NumberRules.FrequencyPenalty.Read(ref json, ref _frequencyPenalty); break;
            case "presence_penalty": error = NumberRules.PresencePenalty.Read(ref json, ref _presencePenalty); break;
            case "repetition_penalty": error = NumberRules.RepetitionPenalty.Read(ref json, ref _repetitionPenalty); break;
            default: return TryReadLimits(ref json, name, out error);
        }

        return true;
    }

    /// <summary>Rules that look at several members.</summary>
    public GatewayError? CheckWhole(int vocabularySize)
    {
        if (Choices > 1 && _temperature == 0)
        {
            return Contradictions.ChoicesWithoutChance(Choices);
        }

        foreach (var token in _logitBias?.Keys ?? Enumerable.Empty<int>())
        {
            if (token >= vocabularySize)
            {
                return GatewayError.InvalidRequest($"'logit_bias' names the token {token}, but the model's tokens end at {vocabularySize - 1}.", "logit_bias", "invalid_value");
            }
        }

        return null;
    }

    /// <summary>What the engine is asked for.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="maxTokens">The most tokens of an answer.</param>
    /// <param name="model">The model: where the request leaves the temperature to it, its own advice counts.</param>
    public GenerationRequest ToRequest(IReadOnlyList<int> prompt, int maxTokens, LanguageModel model) => new()
    {
        Prompt = prompt,
        MaxTokens = maxTokens,
        Choices = Choices,
        Stop = _stop.Texts,
        StopTokens = _stop.Tokens,
        IgnoreEndTokens = _ignoreEndTokens,
        Sampling = new SamplingOptions
        {
            Temperature = (float?)_temperature ?? AdvisedBy(model) ?? 1,
            TopP = (float)(_topP ?? 1),
            MinP = (float)(_minP ?? 0),
            TopK = (int)Math.Max(0, _topK ?? 0),
            FrequencyPenalty = (float)(_frequencyPenalty ?? 0),
            PresencePenalty = (float)(_presencePenalty ?? 0),
            RepetitionPenalty = (float)(_repetitionPenalty ?? 1),
            Seed = unchecked((ulong?)_seed),
            LogitBias = _logitBias,
        },
    };

    // Without chance several answers would be the same one.
    private float? AdvisedBy(LanguageModel model) => Choices > 1 && model.Temperature == 0 ? null : model.Temperature;

    private bool TryReadLimits(ref Utf8JsonReader json, string name, out GatewayError? error)
    {
        error = null;
        switch (name)
        {
            // The newer name wins where both are given; nobody gives two that differ.
            case "max_tokens" when _maxTokens is not null: break;
            case "max_tokens": error = NumberRules.MaxTokens.Read(ref json, ref _maxTokens); break;
            case "max_completion_tokens": error = NumberRules.MaxCompletionTokens.Read(ref json, ref _maxTokens); break;
            case "n": error = NumberRules.Choices.Read(ref json, ref _choices); break;
            case "seed": error = MemberValue.ReadInteger(ref json, name, ref _seed); break;
            case "stop": error = StopMember.Read(ref json, name, _stop, out _stop); break;
            case "stop_token_ids": error = StopMember.Read(ref json, name, _stop, out _stop); break;
            case "ignore_eos": error = MemberValue.ReadBoolean(ref json, name, ref _ignoreEndTokens); break;
            case "logit_bias": error = ReadLogitBias(ref json); break;
            case "user": error = MemberValue.CheckNonBlank(ref json, name); break;
            default: return false;
        }

        return true;
    }

    private GatewayError? ReadLogitBias(ref Utf8JsonReader json)
    {
        var copy = json;
        if (json.TokenType == JsonTokenType.Null || LogitBiasRule.Check(ref copy) is not null)
        {
            return LogitBiasRule.Check(ref json);
        }

        _logitBias = [];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var token = int.Parse(json.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture);
            json.Read();
            _logitBias[token] = json.GetSingle();
        }

        return null;
    }
}
