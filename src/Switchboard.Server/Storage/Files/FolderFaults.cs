using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Files;

/// <summary>Work on a folder: on the thread pool, with its faults as what they mean here.</summary>
internal static class FolderFaults
{
    /// <summary>Does it.</summary>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                return work();
            }
            catch (Exception fault) when (IsOne(fault))
            {
                throw new FilesUnavailableException(fault);
            }
        },
        cancellationToken);

    /// <summary>Does it.</summary>
    public static Task RunAsync(Action work, CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            work();
            return true;
        },
        cancellationToken);

    /// <summary>Whether it is the folder's.</summary>
    public static bool IsOne(Exception fault) => fault is IOException or UnauthorizedAccessException;
}
