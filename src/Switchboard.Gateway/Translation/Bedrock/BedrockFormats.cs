using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>The formats of pictures, videos and documents as Bedrock names them.</summary>
internal static class BedrockFormats
{
    // Bedrock takes 200; some are left for a number.
    private const int LongestName = 180;

    private static readonly FrozenDictionary<string, string> s_ofMedia = new Dictionary<string, string>
    {
        ["image/png"] = "png",
        ["image/jpeg"] = "jpeg",
        ["image/jpg"] = "jpeg",
        ["image/gif"] = "gif",
        ["image/webp"] = "webp",
        ["video/mp4"] = "mp4",
        ["video/quicktime"] = "mov",
        ["video/x-matroska"] = "mkv",
        ["video/webm"] = "webm",
        ["video/x-flv"] = "flv",
        ["video/mpeg"] = "mpeg",
        ["video/x-ms-wmv"] = "wmv",
        ["video/3gpp"] = "three_gp",
        ["application/pdf"] = "pdf",
        ["text/csv"] = "csv",
        ["application/msword"] = "doc",
        ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"] = "docx",
        ["application/vnd.ms-excel"] = "xls",
        ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = "xlsx",
        ["text/html"] = "html",
        ["text/plain"] = "txt",
        ["text/markdown"] = "md",
        ["application/json"] = "txt",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The format of a media type; null where Bedrock has none.</summary>
    public static string? OfMedia(string mediaType) => s_ofMedia.GetValueOrDefault(mediaType);

    /// <summary>The format that the end of a name tells; null where it tells none.</summary>
    public static string? OfName(string name)
    {
        var format = name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant() switch
        {
            "jpg" => "jpeg",
            "3gp" => "three_gp",
            "mpg" => "mpeg",
            "htm" => "html",
            var end => end,
        };
        return s_ofMedia.Values.Contains(format) ? format : null;
    }

    /// <summary>True for a format of that kind.</summary>
    public static bool Is(string kind, string format) => kind switch
    {
        "image" => format is "png" or "jpeg" or "gif" or "webp",
        _ => format is "mp4" or "mov" or "mkv" or "webm" or "flv" or "mpeg" or "wmv" or "three_gp",
    };

    /// <summary>A name that a document may have, and that none before it has: <c>report</c>, then <c>report 2</c>.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="names">The names so far, each with the last number that was put behind it.</param>
    public static string NewNameOf(string file, Dictionary<string, int> names)
    {
        var name = NameOf(file);
        var fresh = name;
        while (!names.TryAdd(fresh, 1))
        {
            fresh = string.Create(CultureInfo.InvariantCulture, $"{name} {++names[name]}");
        }

        return fresh;
    }

    /// <summary>A name that a document may have: letters, digits, single blanks, hyphens and brackets, not too many; without the end that tells its format.</summary>
    public static string NameOf(string file)
    {
        var dot = file.LastIndexOf('.');
        var name = new StringBuilder();
        foreach (var character in dot > 0 ? file.AsSpan(0, dot) : file)
        {
            var kept = char.IsAsciiLetterOrDigit(character) || character is '-' or '(' or ')' or '[' or ']' ? character : ' ';
            if (kept != ' ' || (name.Length > 0 && name[^1] != ' '))
            {
                name.Append(kept);
            }
        }

        name.Length = Math.Min(name.Length, LongestName);
        return name.ToString().Trim() is { Length: > 0 } fit ? fit : "document";
    }
}
