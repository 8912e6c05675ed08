using System.Net.Http.Headers;

namespace Switchboard.Gateway.Relay.Http;

/// <summary>An answer that came by <see cref="HttpClientTransport"/>.</summary>
internal sealed class HttpClientAnswer(HttpResponseMessage response) : UpstreamAnswer((int)response.StatusCode, HeadersOf(response))
{
    private Stream? _body;

    /// <summary>The connection itself, where it has become a websocket's.</summary>
    public Task<Stream> OpenSocketAsync(CancellationToken cancellationToken) => response.Content.ReadAsStreamAsync(cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _body?.ReadAsync(buffer, cancellationToken) ?? ReadFirstAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _body?.Dispose();
        response.Dispose();
    }

    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await _body.ReadAsync(buffer, cancellationToken);
    }

    private static AnswerHeaders HeadersOf(HttpResponseMessage response)
    {
        var content = response.Content.Headers;
        var headers = new AnswerHeaders
        {
            ContentType = content.NonValidated.TryGetValues("Content-Type", out var types) ? types.ToString() : null,
            ContentLength = content.ContentLength,
            IsEncoded = content.NonValidated.Contains("Content-Encoding"),
        };
        Keep(headers, response.Headers.NonValidated);
        Keep(headers, content.NonValidated);
        return headers;
    }

    private static void Keep(AnswerHeaders headers, HttpHeadersNonValidated from)
    {
        foreach (var (name, values) in from)
        {
            if (AnswerHeaders.NameOf(name) is not { } kept)
            {
                continue;
            }

            foreach (var value in values)
            {
                headers.Keep(kept, value);
                break;
            }
        }
    }
}
