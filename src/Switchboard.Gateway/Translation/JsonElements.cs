using System.Runtime.InteropServices;
using System.Text.Json;

namespace Switchboard.Gateway.Translation;

/// <summary>Short ways through JSON whose shape is not certain.</summary>
internal static class JsonElements
{
    /// <summary>A member that is there and not <c>null</c>.</summary>
    public static JsonElement? Find(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The text of a member; null where it is no string.</summary>
    public static string? Text(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A whole number; null where it is none.</summary>
    public static int? Integer(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    /// <summary>True where the member is <c>true</c>.</summary>
    public static bool IsTrue(this JsonElement element, ReadOnlySpan<byte> name) => element.Find(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The first element of a list; undefined where there is none.</summary>
    public static JsonElement First(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : default;

    /// <summary>The JSON text as it came.</summary>
    public static ReadOnlySpan<byte> Raw(this JsonElement element) => JsonMarshal.GetRawUtf8Value(element);

    /// <summary>The JSON text as it came, or another where there is none.</summary>
    public static ReadOnlySpan<byte> RawOr(this JsonElement? element, ReadOnlySpan<byte> otherwise) => element is { } value ? value.Raw() : otherwise;

    /// <summary>What stands between the quotes of a string, still escaped; empty for anything else.</summary>
    public static ReadOnlySpan<byte> Escaped(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.Raw()[1..^1] : default;

    /// <summary>What stands between the quotes of a member that is a string, still escaped; empty where it is none.</summary>
    public static ReadOnlySpan<byte> Escaped(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.Find(name) is { } value ? value.Escaped() : default;

    /// <summary>The text of a string as UTF-8: the bytes themselves where nothing is escaped in them, as in base64.</summary>
    public static ReadOnlySpan<byte> Utf8(this JsonElement element)
    {
        var escaped = element.Escaped();
        return escaped.Contains((byte)'\\') ? System.Text.Encoding.UTF8.GetBytes(element.GetString() ?? "") : escaped;
    }

    /// <summary>Writes a value as it came.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, JsonElement value) => json.WriteRawValue(value.Raw(), skipInputValidation: true);

    /// <summary>Writes a member as it came.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement value)
    {
        json.WritePropertyName(name);
        json.WriteRaw(value);
    }
}
