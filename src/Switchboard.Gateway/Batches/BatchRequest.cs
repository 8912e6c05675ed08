using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Switchboard.Gateway.Files;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Batches;

/// <summary>What a caller asks for who makes a batch.</summary>
/// <param name="InputFileId">The file with its lines.</param>
/// <param name="Endpoint">Which endpoint they are for.</param>
/// <param name="Metadata">What the caller notes about it, a JSON object; null for nothing.</param>
/// <param name="OutputKept">How long its files are kept; null for as long as usual.</param>
public sealed record BatchRequest(string InputFileId, string Endpoint, string? Metadata, TimeSpan? OutputKept)
{
    /// <summary>The one time that a batch may take.</summary>
    public const string Window = "24h";

    /// <summary>The same.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>The longest file of lines in bytes.</summary>
    public const long LongestFile = 200L * 1024 * 1024;

    private const int MostPairs = 16;
    private const int LongestName = 64;
    private const int LongestValue = 512;

    /// <summary>Reads a body.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="error">Why it is refused.</param>
    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out BatchRequest? request, [NotNullWhen(false)] out GatewayError? error)
    {
        request = null;
        try
        {
            using var document = JsonDocument.Parse(body);
            error = document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement, out request)
                : GatewayError.InvalidRequest("The body must be a JSON object.", null, RequestFaults.InvalidJson);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            error = GatewayError.InvalidRequest("The body is not valid JSON.", null, RequestFaults.InvalidJson);
        }

        return error is null;
    }

    /// <summary>The id of the file that a body names; null where it names none.</summary>
    public static string? InputFileIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? TextOf(document.RootElement, "input_file_id") : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static GatewayError? Read(JsonElement body, out BatchRequest? request)
    {
        request = null;
        if (TextOf(body, "input_file_id") is not { Length: > 0 } file)
        {
            return RequestFaults.Missing("input_file_id", "the id of a file");
        }

        if (TextOf(body, "endpoint") is not { } endpoint || BatchEndpoints.Find(endpoint) is null)
        {
            return TextOf(body, "endpoint") is { } unknown
                ? RequestFaults.Value("endpoint", $"one of {BatchEndpoints.Known}", $"'{RequestFaults.Shorten(unknown)}'")
                : RequestFaults.Missing("endpoint", $"one of {BatchEndpoints.Known}");
        }

        if (TextOf(body, "completion_window") is not Window)
        {
            return TextOf(body, "completion_window") is { } other
                ? RequestFaults.Value("completion_window", Window, $"'{RequestFaults.Shorten(other)}'")
                : RequestFaults.Missing("completion_window", Window);
        }

        TimeSpan? kept = null;
        var error = ReadMetadata(body, out var metadata) ?? ReadExpiry(body, out kept);
        request = error is null ? new BatchRequest(file, endpoint, metadata, kept) : null;
        return error;
    }

    private static GatewayError? ReadMetadata(JsonElement body, out string? metadata)
    {
        metadata = null;
        if (!body.TryGetProperty("metadata", out var given) || given.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (given.ValueKind != JsonValueKind.Object || given.EnumerateObject().Count() > MostPairs
            || given.EnumerateObject().Any(pair => pair.Name.Length > LongestName || pair.Value.ValueKind != JsonValueKind.String || pair.Value.GetString()!.Length > LongestValue))
        {
            return RequestFaults.Value("metadata", $"an object of up to {MostPairs} strings, names of up to {LongestName} and values of up to {LongestValue} characters", "something else");
        }

        metadata = given.GetRawText();
        return null;
    }

    private static GatewayError? ReadExpiry(JsonElement body, out TimeSpan? kept)
    {
        kept = null;
        if (!body.TryGetProperty("output_expires_after", out var given) || given.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            return RequestFaults.Value("output_expires_after", "an object with anchor and seconds", "something else");
        }

        kept = given.TryGetProperty("seconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number && seconds.TryGetInt64(out var number)
            ? TimeSpan.FromSeconds(Math.Clamp(number, 0, FileExpiry.Most + 1))
            : null;
        return FileExpiry.Check(TextOf(given, "anchor"), kept, "output_expires_after");
    }

    private static string? TextOf(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
