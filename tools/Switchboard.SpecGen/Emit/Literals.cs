namespace Switchboard.SpecGen.Emit;

/// <summary>C# literals.</summary>
internal static class Literals
{
    public static string Text(string value) => $"\"{Escape(value)}\"";

    public static string Utf8(string value) => $"\"{Escape(value)}\"u8";

    /// <summary>A member's name as it stands on the wire: quoted, with its colon.</summary>
    public static string Name(string wireName) => $"\"\\\"{Escape(wireName)}\\\":\"u8";

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
