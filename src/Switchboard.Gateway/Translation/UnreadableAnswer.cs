using System.Text.Json;

namespace Switchboard.Gateway.Translation;

/// <summary>What reading an answer throws that is not what its dialect says.</summary>
internal static class UnreadableAnswer
{
    /// <summary>True for JSON that is none, and for members that are missing, of another type, or written in another way.</summary>
    public static bool Is(Exception exception) => exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException;
}
