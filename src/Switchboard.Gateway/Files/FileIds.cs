using System.Buffers;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Files;

/// <summary>The ids of files that lie with the gateway. They are like no provider's, so that an id tells where its file is.</summary>
public static class FileIds
{
    private const string Prefix = "file-sb";
    private const int Digits = 32;

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    /// <summary>A new one; later ones are greater.</summary>
    public static string New(TimeProvider time) => $"{Prefix}{RecordIds.NewDigits(time)}";

    /// <summary>Whether the gateway made it.</summary>
    public static bool IsOurs(string id) => IsOurs(id, Prefix);

    /// <summary>Whether it is a prefix and 32 hexadecimal digits.</summary>
    internal static bool IsOurs(string id, string prefix)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.Length == prefix.Length + Digits
            && id.StartsWith(prefix, StringComparison.Ordinal)
            && !id.AsSpan(prefix.Length).ContainsAnyExcept(s_digits);
    }
}
