using System.Buffers;
using System.Security;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Files;

/// <summary>
/// Files in a folder, each under its name. The folder comes into being with the first file. Several gateways need one
/// that all of them see.
/// </summary>
/// <param name="folder">The folder; null for one of this process among temporary files, which goes with it.</param>
internal sealed class FileFolder(string? folder) : IFileContents, IDisposable
{
    private const int ReadBuffer = 64 * 1024;

    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly string _folder = folder ?? Path.Combine(Path.GetTempPath(), $"switchboard-files-{Guid.NewGuid():N}");

    /// <inheritdoc/>
    public Task<IFileWriter> CreateAsync(string name, CancellationToken cancellationToken) => FolderFaults.RunAsync<IFileWriter>(
        () =>
        {
            CreateFolder();
            return new FolderWriter(PathOf(name));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken) => FolderFaults.RunAsync(
        () =>
        {
            try
            {
                return (Stream?)new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, ReadBuffer, FileOptions.Asynchronous | FileOptions.SequentialScan);
            }
            catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task MoveAsync(string name, string to, CancellationToken cancellationToken) => FolderFaults.RunAsync(
        () =>
        {
            var (from, there) = (PathOf(name), PathOf(to));
            try
            {
                File.Move(from, there, overwrite: true);
            }
            catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
            {
                // It was moved already, perhaps by another gateway a moment ago.
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) => FolderFaults.RunAsync(
        () =>
        {
            if (Directory.Exists(_folder))
            {
                File.Delete(PathOf(name));
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListLeftAsync(string ending, DateTimeOffset before, CancellationToken cancellationToken) => FolderFaults.RunAsync<IReadOnlyList<string>>(
        () => Directory.Exists(_folder)
            ? [.. new DirectoryInfo(_folder).GetFiles("*" + ending).Where(file => file.LastWriteTimeUtc < before.UtcDateTime).Select(file => file.Name)]
            : [],
        cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (folder is null && Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    // Prompts and answers are nobody else's business.
    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // Names are the gateway's own; one that is none never comes this far.
    private string PathOf(string name) =>
        name.Length > 0 && name[0] != '.' && !name.AsSpan().ContainsAnyExcept(s_letters)
            ? Path.Combine(_folder, name)
            : throw new SecurityException($"'{name}' is no name of a file.");
}
