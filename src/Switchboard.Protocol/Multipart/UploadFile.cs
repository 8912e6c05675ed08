namespace Switchboard.Protocol.Multipart;

/// <summary>A file to upload: its name, its content type and where its bytes come from.</summary>
public sealed class UploadFile
{
    private UploadFile(UploadSource source, string fileName, string? contentType)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        if (contentType is not null && !ContentTypes.IsHeaderValue(contentType))
        {
            throw new ArgumentException("A content type is visible ASCII on one line.", nameof(contentType));
        }

        Source = source;
        FileName = fileName;
        ContentType = contentType ?? ContentTypes.Guess(fileName);
    }

    /// <summary>The name the server is told; it may hold a folder.</summary>
    public string FileName { get; }

    /// <summary>The content type: the one given, or that of the name's extension, or <c>application/octet-stream</c>.</summary>
    public string ContentType { get; }

    /// <summary>The length in bytes as it is now, or null where it shows only at the end (a pipe, a file that says 0).</summary>
    public long? Length => Source.Length;

    /// <summary>True when the file can be sent again, as a retry does: all but a stream that cannot seek.</summary>
    public bool CanResend => Source.CanResend;

    internal UploadSource Source { get; }

    /// <summary>A file on disk, opened anew for each send.</summary>
    /// <param name="path">Where it is. It is opened at the send, so that is where a missing file shows.</param>
    /// <param name="contentType">Its content type; by its extension when null.</param>
    /// <param name="fileName">The name the server is told; the last part of the path when null.</param>
    /// <exception cref="ArgumentException">The path names no file, or the content type is none.</exception>
    public static UploadFile FromPath(string path, string? contentType = null, string? fileName = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new UploadFile(new PathSource(path), fileName ?? Path.GetFileName(path), contentType);
    }

    /// <summary>Bytes in memory, which are not copied: leave them as they are until the upload is done.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="fileName">The name the server is told.</param>
    /// <param name="contentType">The content type; by the name's extension when null.</param>
    /// <exception cref="ArgumentException">The name is empty, or the content type is none.</exception>
    public static UploadFile FromBytes(ReadOnlyMemory<byte> content, string fileName, string? contentType = null) =>
        new(new BytesSource(content), fileName, contentType);

    /// <summary>
    /// A stream from where it stands. It stays the caller's to dispose. One that can seek is taken back to where it stood for
    /// each send, so no two sends at once; any other is sent once.
    /// </summary>
    /// <param name="content">The stream.</param>
    /// <param name="fileName">The name the server is told.</param>
    /// <param name="contentType">The content type; by the name's extension when null.</param>
    /// <param name="length">The bytes to come, of a stream that cannot seek; null when unknown. Checked at the send.</param>
    /// <exception cref="ArgumentException">The stream cannot be read, the name is empty, or the content type is none.</exception>
    public static UploadFile FromStream(Stream content, string fileName, string? contentType = null, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (!content.CanRead)
        {
            throw new ArgumentException("The stream cannot be read.", nameof(content));
        }

        return new UploadFile(content.CanSeek ? new SeekableSource(content) : new OnceSource(content, Checked(length)), fileName, contentType);
    }

    /// <summary>A stream made anew for each send, and disposed after it.</summary>
    /// <param name="open">Makes the stream.</param>
    /// <param name="fileName">The name the server is told.</param>
    /// <param name="contentType">The content type; by the name's extension when null.</param>
    /// <param name="length">The bytes each stream gives; null when unknown. Checked at the send.</param>
    /// <exception cref="ArgumentException">The name is empty, or the content type is none.</exception>
    public static UploadFile FromFactory(Func<CancellationToken, ValueTask<Stream>> open, string fileName, string? contentType = null, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        return new UploadFile(new FactorySource(open, Checked(length)), fileName, contentType);
    }

    /// <summary>
    /// A part of the file as a file of its own, of the same name and type. Parts can be sent at the same time and again, and none
    /// is held in memory; those of one stream take turns reading it, and nobody else may read it meanwhile.
    /// </summary>
    /// <param name="start">Where the part begins, in bytes.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <returns>The part; null for a stream that cannot seek, a pipe, and one made anew for each send: read those in order (<see cref="OpenReadAsync"/>).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the file as it is now.</exception>
    public UploadFile? Slice(long start, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (Source.Slice(0, 0) is null)
        {
            return null;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, (Length ?? 0) - start);
        return new UploadFile(Source.Slice(start, length)!, FileName, ContentType);
    }

    /// <summary>Opens the file at its first byte, as a send does. A stream that cannot seek is used up by it.</summary>
    /// <returns>The bytes. Disposing of them leaves the caller's own stream open.</returns>
    /// <exception cref="InvalidOperationException">The file was sent or read before and cannot be again.</exception>
    public async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default)
    {
        if (!Source.CanSend)
        {
            throw new InvalidOperationException($"The stream of the file '{FileName}' was sent before, and it cannot be sent again.");
        }

        var stream = await Source.OpenAsync(cancellationToken).ConfigureAwait(false);
        return Source.IsOwned ? stream : new BorrowedStream(stream);
    }

    /// <summary>The file's name.</summary>
    public override string ToString() => FileName;

    private static long? Checked(long? length)
    {
        if (length is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(given, nameof(length));
        }

        return length;
    }
}
