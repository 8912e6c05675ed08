using System.Globalization;
using System.Text.Json;
using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>The members that say how tokens are chosen and when to stop; chat and completions share them.</summary>
internal sealed class SamplingMembers
{
    private const int MaxTokensMost = 1_048_576;

    private float? _temperature;
    private float? _topP;
    private float? _minP;
    private float? _frequencyPenalty;
    private float? _presencePenalty;
    private float? _repetitionPenalty;
    private long? _topK;
    private long? _seed;
    private long? _maxTokens;
    private long? _choices;
    private string? _user;
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
            case "temperature": error = Member.ReadNumber(ref json, name, 0, 2, ref _temperature); break;
            case "top_p": error = ReadTopP(ref json); break;
            case "min_p": error = Member.ReadNumber(ref json, name, 0, 1, ref _minP); break;
            case "top_k": error = Member.ReadInteger(ref json, name, -1, int.MaxValue, ref _topK); break;
            case "frequency_penalty": error = Member.ReadNumber(ref json, name, -2, 2, ref _frequencyPenalty); break;
            case "presence_penalty": error = Member.ReadNumber(ref json, name, -2, 2, ref _presencePenalty); break;
            case "repetition_penalty": error = ReadRepetitionPenalty(ref json); break;
            default: return TryReadLimits(ref json, name, out error);
        }

        return true;
    }

    /// <summary>Rules that look at several members.</summary>
    public GatewayError? CheckWhole(int vocabularySize)
    {
        if (Choices > 1 && _temperature == 0)
        {
            return GatewayError.InvalidRequest($"'n' is {Choices} and 'temperature' is 0: all answers would be the same. Ask for one, or raise the temperature.", "n", "invalid_value");
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
    public GenerationRequest ToRequest(IReadOnlyList<int> prompt, int maxTokens) => new()
    {
        Prompt = prompt,
        MaxTokens = maxTokens,
        Choices = Choices,
        Stop = _stop.Texts,
        StopTokens = _stop.Tokens,
        IgnoreEndTokens = _ignoreEndTokens,
        Sampling = new SamplingOptions
        {
            Temperature = _temperature ?? 1,
            TopP = _topP ?? 1,
            MinP = _minP ?? 0,
            TopK = (int)Math.Max(0, _topK ?? 0),
            FrequencyPenalty = _frequencyPenalty ?? 0,
            PresencePenalty = _presencePenalty ?? 0,
            RepetitionPenalty = _repetitionPenalty ?? 1,
            Seed = unchecked((ulong?)_seed),
            LogitBias = _logitBias,
        },
    };

    private bool TryReadLimits(ref Utf8JsonReader json, string name, out GatewayError? error)
    {
        error = null;
        switch (name)
        {
            // The newer name wins where both are given; nobody gives two that differ.
            case "max_tokens" when _maxTokens is not null: break;
            case "max_tokens" or "max_completion_tokens": error = Member.ReadInteger(ref json, name, 1, MaxTokensMost, ref _maxTokens); break;
            case "n": error = Member.ReadInteger(ref json, name, 1, 128, ref _choices); break;
            case "seed": error = Member.ReadInteger(ref json, name, long.MinValue, long.MaxValue, ref _seed); break;
            case "stop": error = StopMember.Read(ref json, name, _stop, out _stop); break;
            case "stop_token_ids": error = StopMember.Read(ref json, name, _stop, out _stop); break;
            case "ignore_eos": error = Member.ReadBoolean(ref json, name, ref _ignoreEndTokens); break;
            case "logit_bias": error = ReadLogitBias(ref json); break;
            case "user": error = ReadUser(ref json); break;
            default: return false;
        }

        return true;
    }

    private GatewayError? ReadTopP(ref Utf8JsonReader json)
    {
        var error = Member.ReadNumber(ref json, "top_p", 0, 1, ref _topP);
        return error is null && _topP == 0 ? RequestFaults.Value("top_p", "a number above 0 and up to 1", "the number 0") : error;
    }

    private GatewayError? ReadRepetitionPenalty(ref Utf8JsonReader json)
    {
        var error = Member.ReadNumber(ref json, "repetition_penalty", 0, 2, ref _repetitionPenalty);
        return error is null && _repetitionPenalty == 0
            ? RequestFaults.Value("repetition_penalty", "a number above 0 and up to 2", "the number 0")
            : error;
    }

    private GatewayError? ReadUser(ref Utf8JsonReader json)
    {
        var error = Member.ReadText(ref json, "user", ref _user);
        return error is null && _user is not null && string.IsNullOrWhiteSpace(_user)
            ? RequestFaults.Value("user", "a non-blank string", "a blank string")
            : error;
    }

    private GatewayError? ReadLogitBias(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType != JsonTokenType.StartObject)
        {
            return RequestFaults.Type("logit_bias", "an object of token ids with numbers between -100 and 100", json);
        }

        _logitBias = [];
        GatewayError? error = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var token = JsonText.Read(ref json) ?? "";
            json.Read();
            float? bias = null;
            if (!int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                error ??= RequestFaults.Value("logit_bias", "an object of token ids", $"the name '{RequestFaults.Shorten(token)}'");
            }

            error ??= json.TokenType == JsonTokenType.Null
                ? RequestFaults.Type("logit_bias", "an object of token ids with numbers between -100 and 100", json)
                : Member.ReadNumber(ref json, "logit_bias", -100, 100, ref bias);
            _logitBias[id] = bias ?? 0;
            json.Skip();
        }

        return error;
    }
}
