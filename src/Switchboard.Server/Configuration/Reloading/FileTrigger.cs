namespace Switchboard.Server.Configuration.Reloading;

/// <summary>
/// Calls when something happened in the folders of some files. Where the system does not tell (a file on a share, a
/// mount of a container), a slow poll does: who is called looks for itself whether anything has changed.
/// </summary>
internal sealed class FileTrigger : IDisposable
{
    /// <summary>How often it calls by itself.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly Action _call;
    private readonly ITimer _timer;

    public FileTrigger(Action call, TimeProvider time)
    {
        _call = call;
        _timer = time.CreateTimer(_ => call(), null, Poll, Poll);
    }

    /// <summary>Watches the folders of these files, and no others.</summary>
    public void Watch(IEnumerable<string> files)
    {
        var folders = files.Select(file => Path.GetDirectoryName(file)!).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var watcher in _watchers.Where(watcher => !folders.Contains(watcher.Path)).ToArray())
        {
            _watchers.Remove(watcher);
            watcher.Dispose();
        }

        foreach (var folder in folders.Where(folder => _watchers.All(watcher => watcher.Path != folder)))
        {
            if (TryWatch(folder) is { } watcher)
            {
                _watchers.Add(watcher);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        foreach (var watcher in _watchers)
        {
            watcher.Dispose();
        }
    }

    // The folder and not the file: editors put a new file in its place, Kubernetes a new link beside it.
    private FileSystemWatcher? TryWatch(string folder)
    {
        try
        {
            var watcher = new FileSystemWatcher(folder)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            watcher.Created += (_, _) => _call();
            watcher.Changed += (_, _) => _call();
            watcher.Deleted += (_, _) => _call();
            watcher.Renamed += (_, _) => _call();
            watcher.Error += (_, _) => _call();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // No such folder, or the system has no more watches to give: the poll is left.
            return null;
        }
    }
}
