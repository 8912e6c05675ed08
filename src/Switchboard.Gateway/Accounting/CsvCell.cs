using System.Buffers;

namespace Switchboard.Gateway.Accounting;

/// <summary>A cell of CSV (RFC 4180) whose text others chose.</summary>
public static class CsvCell
{
    // A spreadsheet takes a cell that begins with one of these for a formula.
    private static readonly SearchValues<char> s_formulas = SearchValues.Create("=+-@\t\r");
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    /// <summary>The cell: quoted where it must be, and never a formula.</summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var safe = s_formulas.Contains(text[0]) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(s_quoted) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
