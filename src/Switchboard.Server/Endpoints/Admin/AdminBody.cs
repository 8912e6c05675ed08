using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>Reads the JSON of administrators. What it does not know it refuses, by name: a slip must not pass for a rule.</summary>
internal sealed class AdminBody(JsonElement body)
{
    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>The first thing that is wrong; null for nothing.</summary>
    public GatewayError? Error { get; private set; }

    /// <summary>The members.</summary>
    public IEnumerable<JsonProperty> Members => body.EnumerateObject();

    /// <summary>Reads the body of a request: an object, empty where there is no body.</summary>
    public static async ValueTask<(AdminBody? Body, GatewayError? Error)> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (bytes, error) = await JsonBody.ReadSmallAsync(context, isOptional: true, cancellationToken);
        if (bytes is null)
        {
            return (null, error);
        }

        try
        {
            return Read(bytes.Memory.IsEmpty ? "{}"u8 : bytes.Memory.Span);
        }
        finally
        {
            bytes.Return();
        }
    }

    /// <summary>Refuses a member.</summary>
    public void Refuse(string member, string expected) => Error ??= GatewayError.InvalidRequest($"'{member}' must be {expected}.", member, "invalid_value");

    /// <summary>Refuses a member that nobody knows.</summary>
    public void RefuseUnknown(string member) => Error ??= GatewayError.InvalidRequest($"Unknown member: '{member}'.", member, "unknown_parameter");

    /// <summary>A text, 1 to 1,000 characters.</summary>
    public string Text(string member, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && AccessTexts.AreSound(text))
        {
            return text;
        }

        Refuse(member, AccessTexts.Expected);
        return "";
    }

    /// <summary>A text, or null.</summary>
    public string? OptionalText(string member, JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : Text(member, value);

    /// <summary>True or false.</summary>
    public bool Flag(string member, JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Refuse(member, "true or false");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>A whole number within bounds.</summary>
    public long Number(string member, JsonElement value, long least, long most)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(member, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
        return least;
    }

    /// <summary>A moment in seconds since 1970, or null.</summary>
    public DateTimeOffset? OptionalTime(string member, JsonElement value) =>
        value.ValueKind == JsonValueKind.Null ? null : DateTimeOffset.FromUnixTimeSeconds(Number(member, value, 0, 253_402_300_799));

    /// <summary>Texts, at most 1,000.</summary>
    public IReadOnlyList<string> Texts(string member, JsonElement value, Func<string, bool>? isSound = null, string expected = "a list of strings")
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 1000)
        {
            Refuse(member, $"{expected}, at most 1000");
            return [];
        }

        var texts = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            var text = Text(member, item);
            if (isSound?.Invoke(text) == false)
            {
                Refuse(member, expected);
            }

            texts.Add(text);
        }

        return texts;
    }

    private static (AdminBody? Body, GatewayError? Error) Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            // A copy, kept beyond the buffer.
            if (RequestReader.IsText(bytes) && JsonElement.Parse(bytes, s_options) is var root && AreTexts(root))
            {
                return root.ValueKind == JsonValueKind.Object ? (new AdminBody(root), null) : (null, GatewayError.InvalidRequest("The body must be a JSON object.", null, "invalid_json"));
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The latter is how the reader tells of half a character. Told below.
        }

        return (null, GatewayError.InvalidRequest("The body is not valid JSON in UTF-8, escapes half a character (a lone surrogate) or names a member twice.", null, "invalid_json"));
    }

    // The reader tells of half a character when it is asked for the text: all are asked for once, so that none fails later.
    private static bool AreTexts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(member => member.Name is not null && AreTexts(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(AreTexts),
        JsonValueKind.String => value.GetString() is not null,
        _ => true,
    };
}
