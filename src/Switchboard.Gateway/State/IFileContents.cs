namespace Switchboard.Gateway.State;

/// <summary>
/// The bytes of files, each under a name: letters a to z, digits, <c>-</c>, <c>_</c> and <c>.</c>. Several gateways see
/// the same ones. Nothing of this takes the caller's thread for long.
/// </summary>
/// <remarks>All throw <see cref="FilesUnavailableException"/> where the disk fails or is full.</remarks>
public interface IFileContents
{
    /// <summary>Begins a content, empty, in the place of one of that name.</summary>
    Task<IFileWriter> CreateAsync(string name, CancellationToken cancellationToken);

    /// <summary>A content to be read, which can be sought in; null where there is none of that name.</summary>
    Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Gives a content another name, at once and in the place of one of that name. Where it is not there, nothing happens.</summary>
    Task MoveAsync(string name, string to, CancellationToken cancellationToken);

    /// <summary>Deletes a content; one that is not there is deleted already.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>The names of what uploads left behind that nobody ended: they end so, and were not written to since then.</summary>
    Task<IReadOnlyList<string>> ListLeftAsync(string ending, DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>A content that is being written, from its beginning to its end. One writes at a time.</summary>
public interface IFileWriter : IAsyncDisposable
{
    /// <summary>How many bytes were written.</summary>
    long Length { get; }

    /// <summary>Writes on.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Returns when all that was written outlasts the power.</summary>
    ValueTask SyncAsync(CancellationToken cancellationToken);
}
