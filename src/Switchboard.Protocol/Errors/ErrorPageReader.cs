using System.Net;

namespace Switchboard.Protocol.Errors;

/// <summary>Reads the one line that matters of a proxy's HTML page or of an XML error.</summary>
internal static class ErrorPageReader
{
    public static ErrorFindings Read(string page) => new()
    {
        Message = ElementOf(page, "title") ?? ElementOf(page, "h1") ?? ElementOf(page, "message"),
        Code = page.Contains("<html", StringComparison.OrdinalIgnoreCase) ? null : ElementOf(page, "code"),
    };

    /// <summary>The page's text in one line, where it names nothing.</summary>
    public static string WithoutTags(string page)
    {
        var text = new List<string>();
        for (var position = 0; position < page.Length;)
        {
            var start = page.IndexOf('<', position);
            text.Add(page[position..(start < 0 ? page.Length : start)]);
            var end = start < 0 ? -1 : page.IndexOf('>', start);
            position = end < 0 ? page.Length : end + 1;
        }

        var plain = Plain(string.Join(' ', text));
        return plain.Length == 0 ? ApiErrorReader.Shorten(page) : ApiErrorReader.Shorten(plain);
    }

    private static string? ElementOf(string page, string name)
    {
        var tag = page.IndexOf("<" + name, StringComparison.OrdinalIgnoreCase);
        var start = tag < 0 ? -1 : page.IndexOf('>', tag) + 1;
        var end = start <= 0 ? -1 : page.IndexOf("</" + name, start, StringComparison.OrdinalIgnoreCase);
        return end < 0 || Plain(page[start..end]) is not { Length: > 0 } text ? null : ApiErrorReader.Shorten(text);
    }

    private static string Plain(string text) =>
        string.Join(' ', WebUtility.HtmlDecode(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
