namespace Switchboard.Gateway.Translation;

/// <summary>Media types by the ending of a file's name: dialects that want the type where chat has an address.</summary>
internal static class MediaTypes
{
    /// <summary>The type of a name or an address; null where its ending says nothing.</summary>
    public static string? OfName(string name)
    {
        var end = name.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? name.AsSpan() : name.AsSpan(0, end);
        var dot = path.LastIndexOf('.');
        if (dot < path.LastIndexOf('/'))
        {
            return null;
        }

        return path[(dot + 1)..].ToString().ToLowerInvariant() switch
        {
            "png" => "image/png",
            "jpg" or "jpeg" => "image/jpeg",
            "gif" => "image/gif",
            "webp" => "image/webp",
            "heic" => "image/heic",
            "heif" => "image/heif",
            "mp4" => "video/mp4",
            "mov" => "video/mov",
            "webm" => "video/webm",
            "mpeg" or "mpg" => "video/mpeg",
            "wav" => "audio/wav",
            "mp3" => "audio/mp3",
            "flac" => "audio/flac",
            "ogg" or "oga" => "audio/ogg",
            "m4a" => "audio/m4a",
            "aac" => "audio/aac",
            "aiff" => "audio/aiff",
            "pdf" => "application/pdf",
            "json" => "application/json",
            "txt" => "text/plain",
            "md" => "text/markdown",
            "csv" => "text/csv",
            "html" or "htm" => "text/html",
            "xml" => "text/xml",
            _ => null,
        };
    }
}
