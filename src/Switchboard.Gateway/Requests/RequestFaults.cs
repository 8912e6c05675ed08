using System.Globalization;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Requests;

/// <summary>The refusals of a request's body: each names the member and says what came.</summary>
internal static class RequestFaults
{
    /// <summary>The code of a body that is no JSON object.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>The code of a member of another type.</summary>
    public const string InvalidType = "invalid_type";

    /// <summary>The code of a member whose value cannot be.</summary>
    public const string InvalidValue = "invalid_value";

    /// <summary>The code of a member that must be there.</summary>
    public const string MissingMember = "missing_required_parameter";

    /// <summary>The code of a member that is there twice.</summary>
    public const string DuplicateMember = "duplicate_parameter";

    private const int LongestEcho = 120;

    public static GatewayError NotJson(JsonException exception)
    {
        // The reader's own sentence ends with its zero-based position; people count from one.
        var sentence = exception.Message.AsSpan();
        var end = sentence.IndexOf(" LineNumber:", StringComparison.Ordinal);
        sentence = end < 0 ? sentence : sentence[..end];
        return GatewayError.InvalidRequest(
            string.Create(CultureInfo.InvariantCulture, $"The body is not valid JSON: {sentence} (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})"),
            null,
            InvalidJson);
    }

    public static GatewayError BrokenName() =>
        GatewayError.InvalidRequest("The body is not valid JSON: the name of a member escapes half a character (a lone surrogate).", null, InvalidJson);

    public static GatewayError NotUtf8(ReadOnlySpan<byte> body)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(body[position..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            position += consumed;
        }

        return GatewayError.InvalidRequest(
            string.Create(CultureInfo.InvariantCulture, $"The body is not valid UTF-8: byte {position + 1} (0x{body[position]:X2}) begins no character."),
            null,
            InvalidJson);
    }

    public static GatewayError NotAnObject(JsonTokenType came) =>
        GatewayError.InvalidRequest($"The body must be a JSON object, but {Name(came)} came.", null, InvalidJson);

    public static GatewayError Missing(string member, string expected) =>
        GatewayError.InvalidRequest($"'{member}' is missing; it must be {expected}.", member, MissingMember);

    public static GatewayError Twice(string member) =>
        GatewayError.InvalidRequest($"'{member}' is given twice; it must be given once.", member, DuplicateMember);

    public static GatewayError Type(string member, string expected, in Utf8JsonReader came) =>
        GatewayError.InvalidRequest($"'{member}' must be {expected}, but {Describe(came)} came.", member, InvalidType);

    public static GatewayError Value(string member, string expected, string came) =>
        GatewayError.InvalidRequest($"'{member}' must be {expected}, but {came} came.", member, InvalidValue);

    public static GatewayError StreamOptionsWithoutStream() =>
        GatewayError.InvalidRequest("'stream_options' is only allowed when 'stream' is true.", "stream_options", InvalidValue);

    public static GatewayError Unknown(IReadOnlyList<string> members) =>
        GatewayError.InvalidRequest(
            $"Unknown {(members.Count == 1 ? "member" : "members")}: {string.Join(", ", members.Select(member => $"'{member}'"))}. The gateway runs with 'strict' on, which refuses what the specification does not know.",
            members[0],
            "unknown_parameter");

    public static GatewayError UnsupportedByDynamo(IReadOnlyList<string> members) =>
        GatewayError.InvalidRequest($"Unsupported parameter(s): {string.Join(", ", members.Select(member => $"`{member}`"))}", members[0], "unknown_parameter");

    public static GatewayError Unsupported(string member) =>
        new(501, new ErrorBody($"'{member}' is not supported. Leave it out, or have the gateway leave it out (server.drop_unsupported).", ErrorTypes.InvalidRequest, member, "unsupported_parameter"));

    /// <summary>The token at the reader in words, numbers with their text.</summary>
    public static string Describe(in Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.Number => $"the number {Shorten(Encoding.UTF8.GetString(json.ValueSpan))}",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        var type => Name(type),
    };

    public static string Shorten(string text) =>
        text.Length <= LongestEcho ? text : string.Concat(text.AsSpan(0, LongestEcho), "…");

    private static string Name(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "a boolean",
    };

    /// <summary>A member that a provider has nothing like, where its settings refuse what it would lose.</summary>
    public static GatewayError NotForProvider(string member, string provider) => GatewayError.InvalidRequest(
        $"The provider '{provider}' does not take '{member}'. Leave it out, or let the gateway drop it (providers.{provider}.unsupported and .parameters).",
        member,
        "unsupported_parameter");
}
