using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Server.Endpoints.Conversations;

/// <summary>
/// Reads the JSON of a request below <c>/api/v1</c>, and notes everything that is wrong with it. Characters are counted
/// as people count them: a code point is one, however many bytes it has. Members that nobody knows are ignored.
/// </summary>
internal sealed class ConversationBody
{
    private const string Place = "body";

    private readonly List<FieldFault> _faults = [];
    private readonly JsonElement _root;

    private ConversationBody(JsonElement root) => _root = root;

    /// <summary>What is wrong with it so far.</summary>
    public IReadOnlyList<FieldFault> Faults => _faults;

    /// <summary>Reads the body of a request.</summary>
    /// <returns>The body, with a fault where it is no object; or why it is not read at all.</returns>
    public static async ValueTask<(ConversationBody? Body, GatewayError? Error)> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (bytes, error) = await JsonBody.ReadSmallAsync(context, isOptional: false, cancellationToken);
        if (bytes is null)
        {
            return (null, error);
        }

        try
        {
            return (Read(bytes.Memory), null);
        }
        finally
        {
            bytes.Return();
        }
    }

    /// <summary>Whether a member is there, <c>null</c> or not.</summary>
    public bool Has(string member) => _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty(member, out _);

    /// <summary>A text; null where there is none, or it is refused.</summary>
    /// <param name="member">Its name.</param>
    /// <param name="most">The most characters.</param>
    /// <param name="isRequired">It must be there and not be blank.</param>
    public string? Text(string member, int most, bool isRequired = false)
    {
        if (Find(member) is not { } value)
        {
            return isRequired ? Refuse<string>(member, Has(member) ? "must be a string" : "is missing; it must be a string", Has(member) ? "string_type" : "missing") : null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return Refuse<string>(member, "must be a string", "string_type");
        }

        if (ReadText(value) is not { } text)
        {
            return Refuse<string>(member, "escapes half a character (a lone surrogate)", "string_unicode");
        }

        var length = text.EnumerateRunes().Count();
        return length > most ? Refuse<string>(member, string.Create(CultureInfo.InvariantCulture, $"must have at most {most} characters, but has {length}"), "string_too_long")
            : isRequired && length == 0 ? Refuse<string>(member, "must have at least 1 character", "string_too_short")
            : isRequired && string.IsNullOrWhiteSpace(text) ? Refuse<string>(member, "must not be blank", "value_error")
            : text;
    }

    /// <summary>A number; null where there is none, or it is refused.</summary>
    public double? Number(string member, double least, double most)
    {
        if (Find(member) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number))
        {
            RefuseValue(member, "must be a number", "float_type");
            return null;
        }

        return CheckRange(member, number, least, most) ? number : null;
    }

    /// <summary>A whole number; null where there is none, or it is refused.</summary>
    public int? Integer(string member, int least, int most)
    {
        if (Find(member) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number))
        {
            RefuseValue(member, "must be a whole number", "int_type");
            return null;
        }

        if (!double.IsInteger(number))
        {
            RefuseValue(member, "must be a whole number", "int_from_float");
            return null;
        }

        return CheckRange(member, number, least, most) ? (int)number : null;
    }

    /// <summary>Checks that a member is true or false where it is there.</summary>
    public void CheckFlag(string member)
    {
        if (Find(member) is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) } || (Has(member) && Find(member) is null))
        {
            RefuseValue(member, "must be true or false", "bool_type");
        }
    }

    /// <summary>An object as it came; null where there is none, or it is refused.</summary>
    public JsonElement? Object(string member)
    {
        if (Find(member) is { ValueKind: not JsonValueKind.Object })
        {
            RefuseValue(member, "must be an object", "dict_type");
            return null;
        }

        return Find(member);
    }

    /// <summary>Refuses a member.</summary>
    public void RefuseValue(string member, string what, string type) => _faults.Add(new FieldFault(Place, member, $"'{member}' {what}.", type));

    private static ConversationBody Read(ReadOnlyMemory<byte> bytes)
    {
        if (RequestReader.IsText(bytes.Span))
        {
            try
            {
                // Kept beyond the buffer.
                var root = JsonElement.Parse(bytes.Span, new JsonDocumentOptions { MaxDepth = RequestReader.MaxDepth });
                return root.ValueKind == JsonValueKind.Object ? new ConversationBody(root) : Refused("The body must be a JSON object.", "model_attributes_type");
            }
            catch (JsonException)
            {
                // Told below.
            }
        }

        return bytes.IsEmpty ? Refused("The body is missing; it must be a JSON object.", "missing") : Refused("The body is not valid JSON.", "json_invalid");
    }

    private static ConversationBody Refused(string message, string type)
    {
        var body = new ConversationBody(default);
        body._faults.Add(new FieldFault(Place, null, message, type));
        return body;
    }

    private static string? ReadText(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private JsonElement? Find(string member) =>
        _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private bool CheckRange(string member, double number, double least, double most)
    {
        if (number < least)
        {
            RefuseValue(member, string.Create(CultureInfo.InvariantCulture, $"must be {least} or more"), "greater_than_equal");
        }
        else if (number > most)
        {
            RefuseValue(member, string.Create(CultureInfo.InvariantCulture, $"must be {most} or less"), "less_than_equal");
        }

        return number >= least && number <= most;
    }

    private T? Refuse<T>(string member, string what, string type)
        where T : class
    {
        RefuseValue(member, what, type);
        return null;
    }
}
