namespace Switchboard.Gateway.State;

/// <summary>The bytes of files cannot be read or written: the disk is full, away, or closed to the gateway. The message is for operators.</summary>
public sealed class FilesUnavailableException : IOException
{
    /// <summary>A fault.</summary>
    /// <param name="inner">What the system said.</param>
    public FilesUnavailableException(Exception inner)
        : base($"Files cannot be kept or read: {inner?.Message} See storage.files.", inner)
    {
    }
}
