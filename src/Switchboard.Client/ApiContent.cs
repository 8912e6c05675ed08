using Switchboard.Client.Audio;
using Switchboard.Client.Transport;

namespace Switchboard.Client;

/// <summary>An answer that is bytes: audio, video, a file. It is read while it comes; dispose of it to close the connection.</summary>
public sealed class ApiContent : IAsyncDisposable, IDisposable
{
    private readonly AnswerStream _stream;
    private readonly string? _contentType;

    private ApiContent(ApiResult result, AnswerStream stream, HttpResponseMessage response)
    {
        Result = result;
        _stream = stream;
        _contentType = result.Headers["Content-Type"];
        Length = response.Content.Headers.ContentLength;
        FileName = response.Content.Headers.ContentDisposition is { } told ? (told.FileNameStar ?? told.FileName)?.Trim('"') : null;
    }

    /// <summary>Status, headers and times.</summary>
    public ApiResult Result { get; }

    /// <summary>The media type, such as <c>audio/mpeg</c>; <c>application/octet-stream</c> when the server does not say.</summary>
    public string ContentType => _contentType ?? "application/octet-stream";

    /// <summary>The length in bytes; null when the server does not say.</summary>
    public long? Length { get; }

    /// <summary>The file's name in the server's words, or null. Do not use it as a path.</summary>
    public string? FileName { get; }

    /// <summary>The bytes. Reading throws <see cref="ApiConnectionException"/> when they break off, <see cref="ApiTimeoutException"/> after too long a silence.</summary>
    public Stream Stream => _stream;

    /// <summary>Reads all of it into memory.</summary>
    public async Task<byte[]> ReadBytesAsync(CancellationToken cancellationToken = default)
    {
        using var memory = new MemoryStream(Length is { } length and < int.MaxValue ? (int)length : 0);
        await CopyToAsync(memory, cancellationToken).ConfigureAwait(false);
        return memory.TryGetBuffer(out var bytes) && bytes.Offset == 0 && bytes.Count == bytes.Array!.Length ? bytes.Array : memory.ToArray();
    }

    /// <summary>Reads all of it as text.</summary>
    public async Task<string> ReadTextAsync(CancellationToken cancellationToken = default)
    {
        using var reader = new StreamReader(_stream);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes all of it to a stream, no faster than that takes it.</summary>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        await _stream.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Writes all of it to a file, in place of one of that name. What broke off leaves no file. In a WAV file that was made while it was sent, the sizes in the head are set right.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            var file = new FileStream(part, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                await CopyToAsync(file, cancellationToken).ConfigureAwait(false);
                if (ContentType.Contains("wav", StringComparison.OrdinalIgnoreCase))
                {
                    await WavHeader.FixAsync(file, cancellationToken).ConfigureAwait(false);
                }
            }

            File.Move(part, path, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>Bytes that are there already.</summary>
    internal static ApiContent Of(ApiTransport transport, ApiRequest request, ReadOnlyMemory<byte> bytes, string contentType)
    {
        var response = new HttpResponseMessage { Content = new ReadOnlyMemoryContent(bytes) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var call = new ApiCall(request, transport.Options, transport.Endpoint, AnswerKind.Content);
        var stream = response.Content.ReadAsStream();
        return new ApiContent(new ApiResult(response, TimeSpan.Zero, 0), new AnswerStream(stream, call, response, CancellationToken.None), response);
    }

    internal static async ValueTask<ApiContent> OpenAsync(ApiCall call, Exchange exchange, CancellationToken cancellationToken)
    {
        var stream = await exchange.Response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var response = exchange.Keep();
        return new ApiContent(exchange.Result(), new AnswerStream(stream, call, response, CancellationToken.None), response);
    }
}
