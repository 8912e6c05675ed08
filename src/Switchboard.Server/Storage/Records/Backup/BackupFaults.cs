using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Backup;

/// <summary>What goes wrong with the file of a backup is told as that: the database would be blamed for it.</summary>
internal static class BackupFaults
{
    /// <summary>Does something with the file.</summary>
    /// <exception cref="RecordsException">It cannot be.</exception>
    public static T Guard<T>(string name, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RecordsException($"The backup cannot be written or read ({name}): {fault.Message}", fault);
        }
    }

    /// <inheritdoc cref="Guard{T}(string, Func{T})"/>
    public static void Guard(string name, Action work) => Guard(name, () =>
    {
        work();
        return true;
    });

    /// <summary>Opens a file to be read; null where it is gone.</summary>
    public static FileStream? TryOpen(string file)
    {
        try
        {
            return Guard(file, () => new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan));
        }
        catch (RecordsException fault) when (fault.InnerException is FileNotFoundException)
        {
            return null;
        }
    }
}
