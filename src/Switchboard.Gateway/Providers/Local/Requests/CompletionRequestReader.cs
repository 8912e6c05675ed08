using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>Reads a completion request for the local engine.</summary>
internal sealed class CompletionRequestReader
{
    private readonly SamplingMembers _sampling = new();
    private List<TextOrTokens> _prompts = [];
    private bool _echo;
    private bool _stream;
    private double? _logProbs;
    private double? _bestOf;
    private string? _suffix;

    private CompletionRequestReader()
    {
    }

    /// <summary>Reads a body that is known to be a JSON object.</summary>
    public static CompletionRequest? Read(ReadOnlySpan<byte> body, out GatewayError? error)
    {
        var reader = new CompletionRequestReader();
        error = reader.ReadMembers(body) ?? reader.CheckWhole();
        return error is null ? reader.ToRequest() : null;
    }

    private CompletionRequest ToRequest() => new()
    {
        Prompts = _prompts,
        Sampling = _sampling,
        Echo = _echo,
        LogProbs = (int?)_logProbs,
        BestOf = Math.Max(_sampling.Choices, (int)(_bestOf ?? 0)),
    };

    private GatewayError? ReadMembers(ReadOnlySpan<byte> body) => BodyMembers.Read(body, (ref json, name) =>
        _sampling.TryRead(ref json, name, out var error) ? error : ReadMember(ref json, name));

    private GatewayError? ReadMember(ref Utf8JsonReader json, string name) => name switch
    {
        "prompt" => TextsReader.Read(ref json, name, out _prompts),
        "echo" => MemberValue.ReadBoolean(ref json, name, ref _echo),
        "stream" => MemberValue.ReadBoolean(ref json, name, ref _stream),
        "logprobs" => NumberRules.LogProbs.Read(ref json, ref _logProbs),
        "best_of" => NumberRules.BestOf.Read(ref json, ref _bestOf),
        "suffix" => MemberValue.ReadText(ref json, name, ref _suffix),
        _ => null,
    };

    private GatewayError? CheckWhole()
    {
        if (!string.IsNullOrEmpty(_suffix))
        {
            return GatewayError.InvalidRequest("A local model cannot insert text before a suffix.", "suffix", "unsupported_value");
        }

        if (_bestOf is > 0 && _bestOf < _sampling.Choices)
        {
            return Contradictions.BestOfBelowChoices((int)_bestOf, _sampling.Choices);
        }

        if (_bestOf > _sampling.Choices && _stream)
        {
            return Contradictions.StreamedBestOf();
        }

        if (_echo && _logProbs is not null)
        {
            return GatewayError.InvalidRequest("A local model gives no log probabilities of the prompt, which 'echo' with 'logprobs' asks for.", "echo", "unsupported_value");
        }

        return _prompts.Count * _sampling.Choices > Contradictions.MostAnswers
            ? Contradictions.TooManyAnswers(_prompts.Count, _sampling.Choices)
            : null;
    }
}
