using System.Text.Json;
using Switchboard.Protocol.Errors;

namespace Switchboard.Client.Transport;

/// <summary>One request and its answer.</summary>
internal sealed class Exchange(ApiCall call, int attempt) : IDisposable
{
    private const int ReadSize = 16 * 1024;

    private HttpResponseMessage? _response;
    private bool _isKept;

    public ApiCall Call => call;

    public HttpResponseMessage Response
    {
        get => _response ?? throw new InvalidOperationException("There is no answer yet.");
        set
        {
            _response = value;

            // The result keeps the answer's head: not the request with it.
            value.RequestMessage = null;
        }
    }

    public string? ContentType => Response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;

    public ApiResult Result() => new(Response, call.Elapsed, attempt);

    public ApiResult<T> Result<T>(T value) => new(value, Response, call.Elapsed, attempt);

    /// <summary>The answer goes on to someone else, who disposes of it.</summary>
    public HttpResponseMessage Keep()
    {
        _isKept = true;
        return Response;
    }

    /// <summary>Reads the whole body.</summary>
    /// <exception cref="ApiResponseException">It is larger than allowed.</exception>
    public async Task<PooledBuffer> ReadBodyAsync(CancellationToken cancellationToken)
    {
        var limit = call.Client.MaxResponseBytes;
        var body = await ReadUpToAsync(limit + 1L, cancellationToken).ConfigureAwait(false);
        if (body.Length <= limit)
        {
            return body;
        }

        var head = body.WrittenSpan[..Math.Min(body.Length, ApiError.LongestBody)].ToArray();
        body.Dispose();
        throw new ApiResponseException($"The answer to {call.Name} is larger than {limit} bytes (MaxResponseBytes).", Response, head);
    }

    /// <summary>The exception for an error status.</summary>
    public async Task<ApiStatusException> ReadErrorAsync(CancellationToken cancellationToken)
    {
        using var body = await ReadUpToAsync(ApiError.LongestBody, cancellationToken).ConfigureAwait(false);
        return ApiStatusException.Of(ApiError.Read(body.WrittenSpan, ContentType), Response);
    }

    /// <summary>Reads a value out of a body.</summary>
    /// <exception cref="ApiResponseException">The body is not such a value.</exception>
    /// <exception cref="ApiStatusException">The body is an error, sent with a status of success.</exception>
    public T Parse<T>(PayloadReader<T> reader, ReadOnlySpan<byte> body)
    {
        // Some gateways answer 200 and an error.
        if (body.StartsWith("{\"error\":{"u8))
        {
            var error = ApiError.Read(body, ContentType);
            throw ApiStatusException.Of(error, Response, int.TryParse(error.Code, out var status) && status is >= 400 and < 600 ? status : (int)Response.StatusCode);
        }

        try
        {
            return reader.ReadAnswer(body, ContentType);
        }
        catch (JsonException fault)
        {
            throw new ApiResponseException($"The answer to {call.Name} cannot be read{Hint(body)}: {fault.Message}", Response, body[..Math.Min(body.Length, ApiError.LongestBody)].ToArray(), fault);
        }
    }

    public void Dispose()
    {
        if (!_isKept)
        {
            _response?.Dispose();
        }
    }

    private string Hint(ReadOnlySpan<byte> body) =>
        body.IsEmpty ? " (it is empty)"
        : ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) is true ? " (it is a stream: leave the request's stream unset, or call the method that streams)"
        : ContentType?.Contains("html", StringComparison.OrdinalIgnoreCase) is true ? " (it is a web page: is the base URL right?)"
        : "";

    private async Task<PooledBuffer> ReadUpToAsync(long most, CancellationToken cancellationToken)
    {
        var expected = Response.Content.Headers.ContentLength ?? ReadSize;
        var body = new PooledBuffer((int)Math.Min(Math.Clamp(expected + 1, 256, 1024 * 1024), most));
        try
        {
            var stream = await Response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (body.Length < most)
            {
                var space = body.GetMemory(1);
                var count = await stream.ReadAsync(space[..(int)Math.Min(space.Length, most - body.Length)], cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                body.Advance(count);
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }
}
