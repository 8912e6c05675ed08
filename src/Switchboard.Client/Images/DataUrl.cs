using System.Text;

namespace Switchboard.Client.Images;

/// <summary>Addresses that hold their content (RFC 2397): <c>data:image/png;base64,…</c>.</summary>
internal static class DataUrl
{
    public static bool Is(string url) => url.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none, or its base64 is none.</exception>
    public static (string ContentType, byte[] Bytes) Decode(string url)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (!Is(url) || comma < 0)
        {
            throw new FormatException("The address is no data URL: it has no comma.");
        }

        var head = url.AsSpan(5, comma - 5);
        var isBase64 = head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase);
        var type = (isBase64 ? head[..^7] : head).ToString();
        var content = Uri.UnescapeDataString(url[(comma + 1)..]);
        return (type.Length == 0 ? "text/plain" : type, isBase64 ? Convert.FromBase64String(content) : Encoding.UTF8.GetBytes(content));
    }
}
