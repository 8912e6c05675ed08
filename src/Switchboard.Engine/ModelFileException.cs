namespace Switchboard.Engine;

/// <summary>A model file cannot be used; the message names the file and the fault.</summary>
public sealed class ModelFileException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <param name="innerException">The error below, where there is one.</param>
    public ModelFileException(string path, string fault, Exception? innerException = null)
        : base($"{path}: {fault}", innerException)
    {
        Path = path;
        Fault = fault;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What is wrong with it.</summary>
    public string Fault { get; }
}
