using System.Globalization;
using Switchboard.Gateway.Diagnosis;

namespace Switchboard.Server.Diagnosis;

/// <summary>Looks whether a folder can be written, and has room.</summary>
internal static class FolderFindings
{
    private const long Megabyte = 1024 * 1024;
    private const long Little = 256 * Megabyte;
    private const long TooLittle = 16 * Megabyte;

    /// <summary>What is to be said of one. It need not be there yet: then it is the one above it that counts.</summary>
    /// <param name="subject">The setting.</param>
    /// <param name="folder">The folder.</param>
    public static Finding Of(string subject, string folder)
    {
        var there = folder;
        while (!Path.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            there = above;
        }

        if (File.Exists(there))
        {
            return new(Verdict.Fail, subject, $"{folder} cannot be written: {there} is a file. Name another folder.");
        }

        try
        {
            // Rights are more than bits: what is tried is what happens later.
            using (new FileStream(Path.Combine(there, $".switchboard-{Guid.NewGuid():N}"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose }))
            {
                var free = new DriveInfo(there).AvailableFreeSpace;
                var room = string.Create(CultureInfo.InvariantCulture, $"{free / Megabyte:N0} MB are free");
                return free < TooLittle ? new(Verdict.Fail, subject, $"{folder}: only {room}. Make room.")
                    : free < Little ? new(Verdict.Warn, subject, $"{folder}: only {room}.")
                    : new(Verdict.Ok, subject, $"{folder} can be written; {room}.");
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new(Verdict.Fail, subject, $"{folder} cannot be written: {fault.Message} Give this user the right to, or name another folder.");
        }
    }
}
