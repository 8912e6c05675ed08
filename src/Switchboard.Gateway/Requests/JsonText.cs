using System.Text.Json;

namespace Switchboard.Gateway.Requests;

/// <summary>Strings out of a JSON reader, unescaped.</summary>
internal static class JsonText
{
    /// <summary>The string or name at the reader; null where it escapes half a character (a lone surrogate).</summary>
    public static string? Read(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Copies the string at the reader, unescaped; -1 where it escapes half a character. The room must be as long as the value.</summary>
    public static int Copy(ref Utf8JsonReader json, scoped Span<byte> room)
    {
        try
        {
            return json.CopyString(room);
        }
        catch (InvalidOperationException)
        {
            return -1;
        }
    }
}
