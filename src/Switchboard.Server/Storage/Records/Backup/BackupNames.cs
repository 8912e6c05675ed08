using System.Buffers;

namespace Switchboard.Server.Storage.Records.Backup;

/// <summary>The names of files in a backup.</summary>
internal static class BackupNames
{
    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>True for the plain name of a file that is whole: nothing that leads elsewhere.</summary>
    public static bool IsPlain(string name) =>
        name.Length > 0 && name[0] != '.' && !name.AsSpan().ContainsAnyExcept(s_letters) && !name.EndsWith(".part", StringComparison.Ordinal);
}
