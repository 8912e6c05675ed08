using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints;

/// <summary>An answer that stays the same while the program runs: it is compressed once, and who has it by its tag is not sent it again.</summary>
internal sealed class StoredAnswer
{
    private readonly string _contentType;
    private readonly byte[] _plain;
    private readonly byte[] _compressed;
    private readonly EntityTagHeaderValue _tag;

    /// <summary>Makes one.</summary>
    /// <param name="contentType">Its type.</param>
    /// <param name="plain">Its bytes.</param>
    public StoredAnswer(string contentType, byte[] plain)
    {
        (_contentType, _plain, _compressed) = (contentType, plain, Compress(plain));
        _tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 8))}\"");
    }

    /// <summary>Answers with it.</summary>
    public async ValueTask<GatewayError?> WriteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = _tag.ToString();
        response.Headers.Vary = "Accept-Encoding";
        if (request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(_tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }

        var isCompressed = request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && encoding.Quality is null or > 0);
        var body = isCompressed ? _compressed : _plain;
        response.ContentType = _contentType;
        response.ContentLength = body.Length;
        if (isCompressed)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        await response.Body.WriteAsync(body, cancellationToken);
        return null;
    }

    private static byte[] Compress(byte[] plain)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
        {
            gzip.Write(plain);
        }

        return compressed.ToArray();
    }
}
