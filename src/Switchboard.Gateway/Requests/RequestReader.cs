using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests;

/// <summary>
/// Reads a request's body in one forward scan: finds the few facts that the gateway looks at and refuses what no
/// provider could answer. Nothing is allocated for the messages, however many they are.
/// </summary>
public static class RequestReader
{
    /// <summary>How deep the JSON may nest. Schemas of tools nest deeper than the 64 that .NET allows by itself.</summary>
    public const int MaxDepth = 128;

    /// <summary>How a body that was read here is read once more, as a document.</summary>
    internal static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MaxDepth };

    private static readonly JsonReaderOptions s_options = new() { MaxDepth = MaxDepth };

    /// <summary>Reads the body of a call.</summary>
    /// <param name="body">The whole body, UTF-8 JSON.</param>
    /// <param name="operation">What is asked for; it decides which members are looked at.</param>
    /// <param name="policy">What is refused, left out and filled in.</param>
    public static RequestReading Read(ReadOnlyMemory<byte> body, ApiOperation operation, RequestPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (TryRead(body.Span, operation, policy, out var facts, out var error))
        {
            return new RequestReading(body, facts, null);
        }

        return policy.IsDynamo ? DynamoReading.Mend(body, operation, policy, error) : new RequestReading(body, null, error);
    }

    /// <summary>Reads the body of a call.</summary>
    /// <param name="body">The whole body, UTF-8 JSON.</param>
    /// <param name="operation">What is asked for; it decides which members are looked at.</param>
    /// <param name="strict">Refuses what the specification does not know or allow.</param>
    /// <param name="facts">What was found.</param>
    /// <param name="error">Why the body is refused, naming the member at fault.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        ApiOperation operation,
        bool strict,
        [NotNullWhen(true)] out RequestFacts? facts,
        [NotNullWhen(false)] out GatewayError? error) =>
        TryRead(body, operation, strict ? RequestPolicy.Strict : RequestPolicy.Lenient, out facts, out error);

    internal static bool TryRead(
        ReadOnlySpan<byte> body,
        ApiOperation operation,
        RequestPolicy policy,
        [NotNullWhen(true)] out RequestFacts? facts,
        [NotNullWhen(false)] out GatewayError? error)
    {
        facts = null;
        error = CheckText(body);
        if (error is not null)
        {
            return false;
        }

        var scan = new RequestScan(OperationProfile.Of(operation), policy);
        var json = new Utf8JsonReader(body, s_options);
        try
        {
            error = scan.Read(ref json, body);
        }
        catch (JsonException exception)
        {
            error = RequestFaults.NotJson(exception);
        }
        catch (InvalidOperationException)
        {
            error = RequestFaults.BrokenName();
        }

        facts = error is null ? scan.ToFacts(body) : null;
        return error is null;
    }

    /// <summary>Whether the bytes are text at all.</summary>
    public static bool IsText(ReadOnlySpan<byte> body) => Utf8.IsValid(body);

    /// <summary>Why the bytes are no text; null where they are.</summary>
    internal static GatewayError? CheckText(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return GatewayError.InvalidRequest("The body is empty; a JSON object was expected.", null, "invalid_json");
        }

        // The JSON reader looks at the bytes of a string only when it is asked for, so this is checked apart (vectorised).
        return Utf8.IsValid(body) ? null : RequestFaults.NotUtf8(body);
    }
}
