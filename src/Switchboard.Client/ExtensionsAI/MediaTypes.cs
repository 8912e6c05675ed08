using Microsoft.Extensions.AI;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Media types and the API's short names for formats.</summary>
internal static class MediaTypes
{
    /// <summary><c>audio/mpeg</c> is <c>mp3</c>.</summary>
    public static string FormatOf(string mediaType) => mediaType.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "audio/mpeg" or "audio/mp3" => "mp3",
        "audio/wav" or "audio/x-wav" or "audio/wave" or "audio/vnd.wave" => "wav",
        "audio/pcm" or "audio/l16" => "pcm",
        "image/jpg" => "jpeg",
        var other => other[(other.IndexOf('/', StringComparison.Ordinal) + 1)..],
    };

    /// <summary><c>mp3</c> is <c>audio/mpeg</c>.</summary>
    public static string OfAudio(string? format) => format switch
    {
        null or "mp3" => "audio/mpeg",
        "pcm" or "pcm16" => "audio/pcm",
        _ => $"audio/{format}",
    };

    /// <summary>A name for bytes that have none: the API tells a file's kind by it.</summary>
    public static string NameOf(DataContent data) => data.Name ?? $"file.{(data.MediaType.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) ? "txt" : FormatOf(data.MediaType))}";
}
