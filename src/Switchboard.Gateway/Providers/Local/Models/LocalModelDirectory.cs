using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Models;

/// <summary>
/// The model files in the folders. They are looked through anew whenever somebody asks for the list, and a file is
/// opened again only when it changed; a file that cannot be used is warned of once and left out.
/// </summary>
internal sealed partial class LocalModelDirectory(IReadOnlyList<ModelFolder> folders, ILogger logger)
{
    private const string Extension = ".gguf";

    private readonly Lock _scanning = new();
    private readonly Dictionary<string, SeenFile> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);
    private volatile ImmutableDictionary<string, LocalModel>? _models;

    /// <summary>Looks through the folders.</summary>
    public IReadOnlyCollection<LocalModel> Scan()
    {
        lock (_scanning)
        {
            var models = ImmutableDictionary.CreateBuilder<string, LocalModel>(StringComparer.Ordinal);
            foreach (var folder in folders)
            {
                ScanFolder(folder, models);
            }

            _models = models.ToImmutable();
            return [.. _models.Values.OrderBy(model => !model.IsBuiltIn).ThenBy(model => model.Kind).ThenBy(model => model.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>The model of that name, or null. A name that is unknown is looked for on disk.</summary>
    public LocalModel? Find(string name)
    {
        if (_models?.GetValueOrDefault(name) is { } known)
        {
            return known;
        }

        Scan();
        return _models?.GetValueOrDefault(name);
    }

    private void ScanFolder(ModelFolder folder, ImmutableDictionary<string, LocalModel>.Builder models)
    {
        foreach (var path in FilesIn(folder))
        {
            if (ReadFile(path, folder.IsBuiltIn) is { } model && !models.TryAdd(model.Name, model) && _missing.Add(path))
            {
                Log.SameName(logger, path, models[model.Name].Path);
            }
        }
    }

    private string[] FilesIn(ModelFolder folder)
    {
        try
        {
            var files = Directory.GetFiles(folder.Path, "*" + Extension);
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            if (!folder.IsBuiltIn && _missing.Add(folder.Path))
            {
                Log.FolderUnreadable(logger, folder.Path, fault.Message);
            }

            return [];
        }
    }

    private LocalModel? ReadFile(string path, bool isBuiltIn)
    {
        var file = new FileInfo(path);
        if (_seen.TryGetValue(path, out var seen) && file.Exists && seen.Length == file.Length && seen.Written == file.LastWriteTimeUtc)
        {
            return seen.Model;
        }

        LocalModel? model = null;
        try
        {
            model = Describe(file, ModelFileInfo.Read(path), isBuiltIn);
        }
        catch (ModelFileException fault)
        {
            Log.Skipped(logger, fault.Path, fault.Fault);
        }

        _seen[path] = new SeenFile(file.Exists ? file.Length : 0, file.LastWriteTimeUtc, model);
        return model;
    }

    private static LocalModel Describe(FileInfo file, ModelFileInfo info, bool isBuiltIn) => new()
    {
        Name = System.IO.Path.GetFileNameWithoutExtension(file.Name),
        Path = file.FullName,
        Kind = info.IsEmbedding ? LocalModelKind.Embedding : LocalModelKind.Language,
        Length = file.Length,
        Written = new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero),
        Description = ModelDescriptions.Describe(info, isBuiltIn),
        ContextLength = info.ContextLength,
        IsBuiltIn = isBuiltIn,
    };

    private sealed record SeenFile(long Length, DateTime Written, LocalModel? Model);

    private static partial class Log
    {
        [LoggerMessage(1900, LogLevel.Warning, "{File} is left out: {Fault}")]
        public static partial void Skipped(ILogger logger, string file, string fault);

        [LoggerMessage(1901, LogLevel.Warning, "{File} is left out: {Other} has the same name.")]
        public static partial void SameName(ILogger logger, string file, string other);

        [LoggerMessage(1902, LogLevel.Warning, "The folder {Folder} cannot be read: {Fault}")]
        public static partial void FolderUnreadable(ILogger logger, string folder, string fault);
    }
}

/// <summary>A folder of model files.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="IsBuiltIn">True for the one beside the program; it may be missing.</param>
internal sealed record ModelFolder(string Path, bool IsBuiltIn);
