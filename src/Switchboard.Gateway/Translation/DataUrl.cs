using System.Text;

namespace Switchboard.Gateway.Translation;

/// <summary>A <c>data:</c> URL (RFC 2397) whose data is base64, taken apart without a copy of the data.</summary>
internal readonly ref struct DataUrl
{
    private DataUrl(string mediaType, ReadOnlySpan<byte> base64)
    {
        MediaType = mediaType;
        Base64 = base64;
    }

    /// <summary>The media type without parameters; <c>text/plain</c> where the URL has none.</summary>
    public string MediaType { get; }

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Base64 { get; }

    /// <summary>Takes a URL apart; false for any other URL.</summary>
    public static bool TryRead(ReadOnlySpan<byte> url, out DataUrl data)
    {
        data = default;
        var comma = url.IndexOf((byte)',');
        if (!url.StartsWith("data:"u8) || comma < 0)
        {
            return false;
        }

        var head = url[5..comma];
        if (!head.EndsWith(";base64"u8))
        {
            return false;
        }

        var end = head.IndexOf((byte)';');
        var type = Encoding.ASCII.GetString(head[..end]).ToLowerInvariant();
        data = new DataUrl(type.Length > 0 ? type : "text/plain", url[(comma + 1)..]);
        return true;
    }
}
