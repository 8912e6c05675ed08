using System.Runtime.InteropServices;

namespace Switchboard.Protocol.Multipart;

/// <summary>Where a file's bytes come from.</summary>
internal abstract class UploadSource
{
    /// <summary>The bytes there are now, or null.</summary>
    public abstract long? Length { get; }

    /// <summary>Whether it can be sent after it was sent.</summary>
    public virtual bool CanResend => true;

    /// <summary>Whether it can be sent now.</summary>
    public virtual bool CanSend => true;

    /// <summary>Whether whoever opened the stream disposes it.</summary>
    public virtual bool IsOwned => true;

    /// <summary>The stream, standing at the first byte.</summary>
    public abstract ValueTask<Stream> OpenAsync(CancellationToken cancellationToken);

    /// <summary>The bytes from <paramref name="start"/> on as a source of their own, which can be sent at the same time as others; null where that cannot be.</summary>
    public virtual UploadSource? Slice(long start, long length) => null;
}

internal sealed class PathSource(string path) : UploadSource
{
    private bool _isPipe;

    public override long? Length
    {
        get
        {
            // A link's own length is that of its text. What it names may be no file (a pipe), and then has no length.
            var file = new FileInfo(path);
            if (file is { Exists: true, LinkTarget: not null })
            {
                file = new FileInfo(file.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
            }

            // Pipes, terminals and the files of /proc say 0 whatever they hold: their end tells.
            return file is { Exists: true, Length: > 0 and var length } ? length : null;
        }
    }

    public override bool CanResend => !_isPipe;

    public override bool CanSend => !_isPipe;

    public override ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        // No buffer of its own: the form reads into a larger one.
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        _isPipe = !file.CanSeek;
        return ValueTask.FromResult<Stream>(file);
    }

    public override UploadSource? Slice(long start, long length) => Length is null ? null : new FactorySource(
        async token => new SliceStream(await OpenAsync(token).ConfigureAwait(false), start, length, gate: null),
        length);
}

internal sealed class BytesSource(ReadOnlyMemory<byte> content) : UploadSource
{
    public ReadOnlyMemory<byte> Content => content;

    public override long? Length => content.Length;

    public override ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var bytes = MemoryMarshal.TryGetArray(content, out var array) ? array : content.ToArray();
        return ValueTask.FromResult<Stream>(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false));
    }

    public override UploadSource Slice(long start, long length) => new BytesSource(content.Slice((int)start, (int)length));
}

[SuppressMessage("Design", "CA1001", Justification = "The gate has no handle to wait on, so there is nothing to dispose of.")]
internal sealed class SeekableSource(Stream content) : UploadSource
{
    private readonly long _start = content.Position;
    private readonly SemaphoreSlim _gate = new(1, 1);

    public override long? Length => Math.Max(0, content.Length - _start);

    public override bool IsOwned => false;

    public override ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        content.Position = _start;
        return ValueTask.FromResult(content);
    }

    public override UploadSource Slice(long start, long length) =>
        new FactorySource(_ => ValueTask.FromResult<Stream>(new SliceStream(content, _start + start, length, _gate)), length);
}

internal sealed class OnceSource(Stream content, long? length) : UploadSource
{
    private bool _isSent;

    public override long? Length => length;

    public override bool CanResend => false;

    public override bool CanSend => !_isSent;

    public override bool IsOwned => false;

    public override ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        _isSent = true;
        return ValueTask.FromResult(content);
    }
}

internal sealed class FactorySource(Func<CancellationToken, ValueTask<Stream>> open, long? length) : UploadSource
{
    public override long? Length => length;

    public override ValueTask<Stream> OpenAsync(CancellationToken cancellationToken) => open(cancellationToken);
}
