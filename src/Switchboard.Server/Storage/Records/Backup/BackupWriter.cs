using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Backup;

/// <summary>Writes a backup: a zip archive with lines of JSON for each table, and the files as they are.</summary>
internal sealed class BackupWriter : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly List<BackupEntry> _entries = [];

    /// <summary>Begins one; only its owner may read it, for it holds what the records hold.</summary>
    /// <exception cref="RecordsException">It cannot be written.</exception>
    public BackupWriter(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _archive = BackupFaults.Guard(file, () => new ZipArchive(new FileStream(file, options), ZipArchiveMode.Create));
    }

    /// <summary>Adds what a table holds.</summary>
    public async Task AddTableAsync(SqlSession session, string table)
    {
        await using var entry = new Entry(this, $"tables/{table}.jsonl");
        using var rows = new BackupRows(entry.Content);
        await session.ForEachAsync($"SELECT * FROM {Sql.Raw(table)}", reader => BackupFaults.Guard(entry.Name, () => rows.Write(reader)));
        entry.Rows = rows.Count;
    }

    /// <summary>Adds the files of a folder; one that goes meanwhile was not there.</summary>
    public async Task AddFolderAsync(string name, string? folder, CancellationToken cancellationToken)
    {
        string[] files = folder is not null && Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            if (BackupNames.IsPlain(Path.GetFileName(file)) && BackupFaults.TryOpen(file) is { } content)
            {
                await using (content)
                {
                    await using var entry = new Entry(this, $"{name}/{Path.GetFileName(file)}");
                    await content.CopyToAsync(entry.Content, cancellationToken);
                }
            }
        }
    }

    /// <summary>Ends it.</summary>
    public BackupManifest Finish(IReadOnlyList<BackupStep> schema, DateTimeOffset now)
    {
        var manifest = new BackupManifest(BackupManifest.CurrentFormat, ProductVersion.Text, now, schema, _entries);
        using var content = _archive.CreateEntry(BackupManifest.Name).Open();
        JsonSerializer.Serialize(content, manifest, BackupJson.Default.BackupManifest);
        return manifest;
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    /// <summary>An entry while it is written.</summary>
    private sealed class Entry : IAsyncDisposable
    {
        private readonly BackupWriter _writer;
        private readonly SHA256 _hash = SHA256.Create();

        public Entry(BackupWriter writer, string name)
        {
            _writer = writer;
            Name = name;
            Content = new CryptoStream(writer._archive.CreateEntry(name, CompressionLevel.Fastest).Open(), _hash, CryptoStreamMode.Write);
        }

        public string Name { get; }

        public CryptoStream Content { get; }

        public long? Rows { get; set; }

        public async ValueTask DisposeAsync()
        {
            await Content.DisposeAsync();
            _writer._entries.Add(new(Name, Convert.ToHexStringLower(_hash.Hash!), Rows));
            _hash.Dispose();
        }
    }
}
