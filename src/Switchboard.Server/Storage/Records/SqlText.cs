using System.Text;

namespace Switchboard.Server.Storage.Records;

/// <summary>Text of callers.</summary>
internal static class SqlText
{
    /// <summary>Text as both databases take it: PostgreSQL has no NUL, and neither has half a character.</summary>
    public static string Clean(string text) =>
        !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\0', StringComparison.Ordinal) ? text
        : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
