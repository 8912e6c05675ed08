namespace Switchboard.Server.Logging;

/// <summary>The standard error output of the process.</summary>
internal sealed class ErrorOutput(LogFormatter formatter) : ILogTarget
{
    private readonly Stream _output = Console.OpenStandardError();

    /// <inheritdoc/>
    public string Name => "standard error";

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> lines)
    {
        try
        {
            _output.Write(lines);
        }
        catch (IOException)
        {
            // Nobody reads it any more, and there is nobody to tell.
        }
    }

    /// <inheritdoc/>
    public byte[] TellLost(long lines) => formatter.TellLost(lines);

    /// <inheritdoc/>
    public void Dispose() => _output.Dispose();
}
