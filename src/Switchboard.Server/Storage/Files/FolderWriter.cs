using Microsoft.Win32.SafeHandles;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Files;

/// <summary>A file in the folder while it is written.</summary>
internal sealed class FolderWriter(string path) : IFileWriter
{
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);

    /// <inheritdoc/>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(_file, bytes, Length, cancellationToken);
        }
        catch (Exception fault) when (FolderFaults.IsOne(fault))
        {
            throw new FilesUnavailableException(fault);
        }

        Length += bytes.Length;
    }

    /// <inheritdoc/>
    public ValueTask SyncAsync(CancellationToken cancellationToken) => new(FolderFaults.RunAsync(() => RandomAccess.FlushToDisk(_file), cancellationToken));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return default;
    }
}
