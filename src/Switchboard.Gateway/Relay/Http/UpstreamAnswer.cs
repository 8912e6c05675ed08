namespace Switchboard.Gateway.Relay.Http;

/// <summary>A provider's answer: its head, and its body as it comes. Disposing ends the exchange; what was not read is given up.</summary>
internal abstract class UpstreamAnswer(int status, AnswerHeaders headers) : IDisposable
{
    /// <summary>The status.</summary>
    public int Status => status;

    /// <summary>True for 2xx.</summary>
    public bool IsSuccess => status is >= 200 and < 300;

    /// <summary>The headers that mean something to us or to a caller.</summary>
    public AnswerHeaders Headers => headers;

    /// <summary>True once the whole body was read, where that is known before a read says so.</summary>
    public virtual bool IsEnded => false;

    /// <summary>Reads on in the body.</summary>
    /// <returns>How many bytes came; 0 at the end.</returns>
    /// <exception cref="IOException">The body ended too early, or is not framed as HTTP has it.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
