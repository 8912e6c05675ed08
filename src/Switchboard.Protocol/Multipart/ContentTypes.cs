using System.Buffers;

namespace Switchboard.Protocol.Multipart;

/// <summary>Content types by extension: the kinds of file that the API takes.</summary>
internal static class ContentTypes
{
    public const string Unknown = "application/octet-stream";

    private static readonly SearchValues<char> s_visible = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    private static readonly Dictionary<string, string> s_byExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".aac"] = "audio/aac",
        [".flac"] = "audio/flac",
        [".m4a"] = "audio/mp4",
        [".mp3"] = "audio/mpeg",
        [".mpga"] = "audio/mpeg",
        [".oga"] = "audio/ogg",
        [".ogg"] = "audio/ogg",
        [".opus"] = "audio/ogg",
        [".wav"] = "audio/wav",
        [".mov"] = "video/quicktime",
        [".mp4"] = "video/mp4",
        [".mpeg"] = "video/mpeg",
        [".webm"] = "video/webm",
        [".avif"] = "image/avif",
        [".bmp"] = "image/bmp",
        [".gif"] = "image/gif",
        [".heic"] = "image/heic",
        [".jpeg"] = "image/jpeg",
        [".jpg"] = "image/jpeg",
        [".png"] = "image/png",
        [".svg"] = "image/svg+xml",
        [".webp"] = "image/webp",
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".gz"] = "application/gzip",
        [".json"] = "application/json",
        [".jsonl"] = "application/jsonl",
        [".pdf"] = "application/pdf",
        [".tar"] = "application/x-tar",
        [".xml"] = "application/xml",
        [".zip"] = "application/zip",
        [".csv"] = "text/csv",
        [".htm"] = "text/html",
        [".html"] = "text/html",
        [".md"] = "text/markdown",
        [".srt"] = "application/x-subrip",
        [".txt"] = "text/plain",
        [".vtt"] = "text/vtt",
    };

    public static string Guess(string fileName) => s_byExtension.GetValueOrDefault(Path.GetExtension(fileName), Unknown);

    /// <summary>Whether the text can stand in a header: nothing that would end the line and begin another.</summary>
    public static bool IsHeaderValue(string text) => !string.IsNullOrWhiteSpace(text) && !text.AsSpan().ContainsAnyExcept(s_visible);
}
