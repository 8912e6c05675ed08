using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Gateway.Accounting;

/// <summary>A batch of rows and its id.</summary>
/// <param name="Id">The id.</param>
/// <param name="Rows">The rows.</param>
public sealed record LedgerBatch(Guid Id, IReadOnlyList<LedgerRow> Rows);

/// <summary>
/// Batches on disk, a file each, while the database cannot take them. A file is there whole or not at all, and keeps
/// the id of its batch: one that the database did take is counted once.
/// </summary>
/// <param name="folder">Where the files are; made when the first is written.</param>
public sealed class LedgerSpill(string folder)
{
    private const string Extension = ".ledger";

    /// <summary>The batches that wait, the oldest first.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            if (!Directory.Exists(folder))
            {
                return [];
            }

            // Ids of batches are in the order of time, and so are their names.
            var files = Directory.GetFiles(folder, "*" + Extension);
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
    }

    /// <summary>How many wait; 0 where the disk does not say.</summary>
    internal int Count
    {
        get
        {
            try
            {
                return Files.Count;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }

    /// <summary>The file of a batch.</summary>
    public string FileOf(LedgerBatch batch) => Path.Combine(folder, batch.Id.ToString("N") + Extension);

    /// <summary>Writes a batch to disk, through to the medium.</summary>
    /// <exception cref="IOException">There is no room, or no disk.</exception>
    public async Task WriteAsync(LedgerBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Directory.CreateDirectory(folder);
        var file = FileOf(batch);
        var unfinished = file + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var stream = new FileStream(unfinished, options);
        await using (stream)
        {
            await JsonSerializer.SerializeAsync(stream, batch, LedgerJson.Default.LedgerBatch, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file, overwrite: true);
    }

    /// <summary>Reads a batch; null where another process that shares the folder was faster.</summary>
    /// <exception cref="JsonException">The file holds no batch.</exception>
    public static async Task<LedgerBatch?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);
            return await JsonSerializer.DeserializeAsync(stream, LedgerJson.Default.LedgerBatch, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Puts a file aside that the database will never take, for somebody to look at.</summary>
    public static void PutAside(string file) => File.Move(file, file + ".refused", overwrite: true);
}

/// <summary>The rows as they are on disk.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(LedgerBatch))]
internal sealed partial class LedgerJson : JsonSerializerContext;
