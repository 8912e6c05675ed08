namespace Switchboard.Server.Configuration.Import;

/// <summary>A file that cannot be read as what it should be.</summary>
public sealed class ImportException : Exception
{
    /// <summary>Makes one.</summary>
    public ImportException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong, without anything of the file's values.</param>
    public ImportException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong, without anything of the file's values.</param>
    /// <param name="innerException">What found it.</param>
    public ImportException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
