using System.Text.Json;
using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>
/// Reads a chat request for the local engine. What the engine cannot honour is refused where ignoring it would give a
/// wrong answer (pictures, a forced tool call, a JSON format), and ignored where it is only a hint (store, metadata …).
/// </summary>
internal sealed class ChatRequestReader
{
    private readonly SamplingMembers _sampling = new();
    private readonly ToolMembers _tools = new();
    private List<ChatTurn> _turns = [];
    private bool _logProbs;
    private double? _topLogProbs;

    private ChatRequestReader()
    {
    }

    /// <summary>Reads a body that is known to be a JSON object.</summary>
    public static ChatRequest? Read(ReadOnlySpan<byte> body, out GatewayError? error)
    {
        var reader = new ChatRequestReader();
        error = reader.ReadMembers(body) ?? reader.CheckWhole();
        return error is null
            ? new ChatRequest { Turns = reader._turns, Sampling = reader._sampling, LogProbs = reader._logProbs, TopLogProbs = (int)(reader._topLogProbs ?? 0) }
            : null;
    }

    private GatewayError? ReadMembers(ReadOnlySpan<byte> body) => BodyMembers.Read(body, (ref json, name) =>
        _sampling.TryRead(ref json, name, out var error) ? error : ReadMember(ref json, name));

    private GatewayError? ReadMember(ref Utf8JsonReader json, string name) => name switch
    {
        "messages" => ChatMessagesReader.Read(ref json, out _turns),
        "logprobs" => MemberValue.ReadBoolean(ref json, name, ref _logProbs),
        "top_logprobs" => NumberRules.TopLogProbs.Read(ref json, ref _topLogProbs),
        "tools" => _tools.ReadTools(ref json),
        "tool_choice" => _tools.ReadChoice(ref json, name),
        "function_call" => _tools.ReadChoice(ref json, name),
        "response_format" => ResponseFormatMember.Read(ref json),
        "modalities" => ReadModalities(ref json),
        "audio" when json.TokenType != JsonTokenType.Null => NoAudio("audio"),
        _ => null,
    };

    private static GatewayError? ReadModalities(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type("modalities", "an array", json);
        }

        GatewayError? error = null;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.String || !json.ValueTextEquals("text"u8))
            {
                error ??= NoAudio("modalities");
            }

            json.Skip();
        }

        return error;
    }

    private static GatewayError NoAudio(string param) =>
        GatewayError.InvalidRequest("A local model answers in text only.", param, "unsupported_value");

    private GatewayError? CheckWhole() =>
        _topLogProbs is > 0 && !_logProbs
            ? Contradictions.TopLogProbsWithoutLogProbs()
            : _tools.CheckWhole();
}
