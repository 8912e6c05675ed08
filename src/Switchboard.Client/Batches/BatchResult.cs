using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Batches;

/// <summary>What became of one request of a batch.</summary>
public sealed class BatchResult
{
    private readonly RawJson? _body;

    private BatchResult(string customId, int? status, string? requestId, RawJson? body, ApiError? error)
    {
        CustomId = customId;
        Status = status;
        RequestId = requestId;
        Error = error;
        _body = body;
    }

    /// <summary>Your name for the request.</summary>
    public string CustomId { get; }

    /// <summary>The HTTP status of its answer; null when it was not answered.</summary>
    public int? Status { get; }

    /// <summary>The server's name for the request, or null.</summary>
    public string? RequestId { get; }

    /// <summary>Why there is no answer; null for a request that succeeded.</summary>
    public ApiError? Error { get; }

    /// <summary>The answer's body as it came, which may be an error's; null when there is none.</summary>
    public RawJson? Body => _body;

    /// <summary>The answer: a <c>ChatCompletion</c>, a <c>Response</c>, an <c>EmbeddingResponse</c> …</summary>
    /// <exception cref="BatchRequestException">The request failed.</exception>
    /// <exception cref="JsonException">The answer is none of that type.</exception>
    public T Read<T>()
        where T : IWireCodec<T> => WireJson.Deserialize<T>(BodyOrThrow().Utf8.Span);

    /// <summary>The answer as a type of your own.</summary>
    /// <exception cref="BatchRequestException">The request failed.</exception>
    /// <exception cref="JsonException">The answer is none of that type.</exception>
    public T? Read<T>(JsonTypeInfo<T> type) => BodyOrThrow().Deserialize(type);

    /// <summary>The request's name, and how it went.</summary>
    public override string ToString() => $"{CustomId}: {Error?.ToString() ?? "succeeded"}";

    /// <summary>Reads a line; null for one that is blank.</summary>
    internal static BatchResult? Read(ReadOnlySequence<byte> line, int number)
    {
        if (line.IsSingleSegment ? line.FirstSpan.Trim(" \t\r"u8).IsEmpty : line.ToArray().AsSpan().Trim(" \t\r"u8).IsEmpty)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(line);
            return Read(json.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new JsonException($"Line {number} of the batch's results cannot be read: {fault.Message}", path: null, lineNumber: number, bytePositionInLine: null, fault);
        }
    }

    private static BatchResult Read(JsonElement line)
    {
        var response = Member(line, "response");
        var status = response is { } answer && Member(answer, "status_code") is { } code ? code.GetInt32() : (int?)null;
        var body = response is { } whole ? Member(whole, "body") : null;
        var error = Member(line, "error") ?? (status is >= 200 and < 300 ? null : body);
        return new BatchResult(
            Member(line, "custom_id")?.GetString() ?? "",
            status,
            response is { } told ? Member(told, "request_id")?.GetString() : null,
            body is { } value ? (RawJson)value : default(RawJson?),
            error is { } why ? ApiError.Read(((RawJson)why).Utf8.Span) : body is null ? ApiError.Read("The batch has no answer to the request."u8, "text/plain") : null);
    }

    private static JsonElement? Member(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind is not JsonValueKind.Null ? member : null;

    private RawJson BodyOrThrow() => Error is null ? _body!.Value : throw new BatchRequestException(CustomId, Status, Error);
}
