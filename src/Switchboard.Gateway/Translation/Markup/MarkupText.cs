using System.Text;

namespace Switchboard.Gateway.Translation.Markup;

/// <summary>Small things about UTF-8 text.</summary>
internal static class MarkupText
{
    /// <summary>The most bytes that are held for one call, or until a deferred beginning is decided; beyond it they are given back as text.</summary>
    public const int MostHeld = 1024 * 1024;

    /// <summary>The bytes of markers.</summary>
    public static byte[][] Markers(params string[] markers) => Array.ConvertAll(markers, Encoding.UTF8.GetBytes);

    /// <summary>How many bytes of white space a text begins with.</summary>
    public static int LeadingSpace(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(" \t\r\n"u8) is >= 0 and var at ? at : text.Length;

    /// <summary>The text without the white space around it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);
}
