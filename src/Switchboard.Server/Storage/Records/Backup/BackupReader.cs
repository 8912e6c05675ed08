using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Backup;

/// <summary>Reads a backup that is whole, and that this program understands.</summary>
internal sealed class BackupReader : IDisposable
{
    private readonly ZipArchive _archive;

    /// <summary>Opens one, and looks at all of it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="known">The steps of the schema that this program knows.</param>
    /// <exception cref="RecordsException">It is none, it is not whole, or it is of a newer program.</exception>
    public BackupReader(string file, IReadOnlyList<Migration> known)
    {
        try
        {
            _archive = BackupFaults.Guard(file, () => ZipFile.OpenRead(file));
        }
        catch (InvalidDataException fault)
        {
            throw NotWhole(file, fault);
        }

        try
        {
            Manifest = ReadManifest() ?? throw NotWhole(file, null);
            CheckSchema(known);
            foreach (var entry in Manifest.Entries)
            {
                Check(file, entry);
            }
        }
        catch
        {
            _archive.Dispose();
            throw;
        }
    }

    /// <summary>What is in it.</summary>
    public BackupManifest Manifest { get; }

    /// <summary>Puts the rows of a table in.</summary>
    public async Task InsertAsync(SqlSession session, string table)
    {
        if (_archive.GetEntry($"tables/{table}.jsonl") is not { } entry)
        {
            return;
        }

        using var input = new StreamReader(await entry.OpenAsync(session.CancellationToken), Encoding.UTF8);
        if (BackupRows.ReadColumns(input) is { } columns)
        {
            await session.InsertAsync(new SqlInsert(table, columns), BackupRows.ReadLines(input), BackupRows.Fill);
        }
    }

    /// <summary>Puts the files of a folder back.</summary>
    public async Task<int> WriteFolderAsync(string name, string? folder, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var entry in Manifest.Entries.Where(entry => folder is not null && entry.Name.StartsWith(name + "/", StringComparison.Ordinal)))
        {
            var plain = entry.Name[(name.Length + 1)..];
            if (!BackupNames.IsPlain(plain))
            {
                throw new RecordsException($"The backup has a file with the name '{plain}', which is none.");
            }

            await WriteFileAsync(_archive.GetEntry(entry.Name)!, Path.Combine(folder!, plain), cancellationToken);
            count++;
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    private static RecordsException NotWhole(string file, Exception? cause) => new($"'{file}' is no backup, or not a whole one.", cause!);

    private static async Task WriteFileAsync(ZipArchiveEntry entry, string file, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var from = await entry.OpenAsync(cancellationToken);
        await using var to = BackupFaults.Guard(file, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            return new FileStream(file, options);
        });
        await from.CopyToAsync(to, cancellationToken);
    }

    private BackupManifest? ReadManifest()
    {
        if (_archive.GetEntry(BackupManifest.Name) is not { } entry)
        {
            return null;
        }

        try
        {
            using var content = entry.Open();
            var manifest = JsonSerializer.Deserialize(content, BackupJson.Default.BackupManifest);
            return manifest is { Format: > BackupManifest.CurrentFormat }
                ? throw new RecordsException($"The backup was written by a newer version of this program ({manifest.Version}). Restore it with that.")
                : manifest;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Rows of a schema that is not known here have columns that are not there.
    private void CheckSchema(IReadOnlyList<Migration> known)
    {
        foreach (var step in Manifest.Schema)
        {
            var same = known.FirstOrDefault(migration => migration.Name == step.Name)
                ?? throw new RecordsException($"The backup was written by a newer version of this program ({Manifest.Version}): it has the step '{step.Name}' of the schema, and the last one known here is '{known[^1].Name}'. Restore it with that version, or a later one.");
            if (same.Checksum != step.Checksum)
            {
                throw new RecordsException($"The backup is of a schema with another '{step.Name}' than this program's, and cannot be restored by it.");
            }
        }
    }

    private void Check(string file, BackupEntry entry)
    {
        try
        {
            using var content = (_archive.GetEntry(entry.Name) ?? throw NotWhole(file, null)).Open();
            if (Convert.ToHexStringLower(SHA256.HashData(content)) != entry.Sha256)
            {
                throw new RecordsException($"'{file}' is damaged: '{entry.Name}' is not what was written.");
            }
        }
        catch (InvalidDataException fault)
        {
            throw NotWhole(file, fault);
        }
    }
}
