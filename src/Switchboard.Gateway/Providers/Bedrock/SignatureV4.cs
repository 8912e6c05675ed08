using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Gateway.Providers.Bedrock;

/// <summary>Signature version 4 of Amazon, for one service in one region.</summary>
/// <param name="accessKeyId">The id of the access key.</param>
/// <param name="secretAccessKey">The access key.</param>
/// <param name="region">The region.</param>
/// <param name="service">The service by its name in signatures.</param>
/// <remarks>Source: "Create a signed AWS API request" in the user guide of IAM.</remarks>
internal sealed class SignatureV4(string accessKeyId, string secretAccessKey, string region, string service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <summary>A time as signatures have it.</summary>
    public static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The value of <c>Authorization</c>.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">The address as it is sent, its path encoded.</param>
    /// <param name="headers">The headers that are signed, in order of their names, which are in lower case; <c>host</c> and <c>x-amz-date</c> at least.</param>
    /// <param name="payloadHash">The SHA-256 of the body in lower-case hexadecimal.</param>
    /// <param name="time">The time of <c>x-amz-date</c>.</param>
    public string Sign(string method, Uri url, IReadOnlyList<KeyValuePair<string, string>> headers, string payloadHash, DateTimeOffset time)
    {
        var names = string.Join(';', headers.Select(header => header.Key));
        var at = TimeOf(time);
        var scope = $"{at.AsSpan(0, 8)}/{region}/{service}/aws4_request";
        var canonical = Canonical(method, url, headers, names, payloadHash);
        var toSign = $"{Algorithm}\n{at}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(KeyOf(at[..8]), Encoding.UTF8.GetBytes(toSign)));
        return $"{Algorithm} Credential={accessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}";
    }

    /// <summary>The request in the one form that both sides sign.</summary>
    public static string Canonical(string method, Uri url, IReadOnlyList<KeyValuePair<string, string>> headers, string names, string payloadHash)
    {
        var text = new StringBuilder(512);
        text.Append(method).Append('\n').Append(PathOf(url)).Append('\n').Append(QueryOf(url)).Append('\n');
        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(':').Append(value.Trim()).Append('\n');
        }

        return text.Append('\n').Append(names).Append('\n').Append(payloadHash).ToString();
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    // All services but S3 encode once more what is encoded already: %3A is signed as %253A.
    private static string PathOf(Uri url)
    {
        var path = url.AbsolutePath;
        if (!path.AsSpan().ContainsAnyExcept(Unreserved + '/'))
        {
            return path;
        }

        return string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
    }

    private static string QueryOf(Uri url) => url.Query.Length <= 1 ? "" : string.Join('&', url.Query[1..].Split('&')
        .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + '=')
        .Order(StringComparer.Ordinal));

    private byte[] KeyOf(string date)
    {
        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secretAccessKey), Encoding.ASCII.GetBytes(date));
        foreach (var part in (ReadOnlySpan<string>)[region, service, "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return key;
    }
}
