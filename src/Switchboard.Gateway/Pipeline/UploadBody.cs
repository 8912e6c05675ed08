namespace Switchboard.Gateway.Pipeline;

/// <summary>A request's body on its way through: read once, never held whole.</summary>
public abstract class UploadBody
{
    /// <summary>Its media type as the caller wrote it; null for none.</summary>
    public abstract string? ContentType { get; }

    /// <summary>How many bytes are passed on; null where that is not known beforehand.</summary>
    public abstract long? Length { get; }

    /// <summary>How many of a thing it asks for, as far as it was read; 1 where it does not say.</summary>
    internal virtual int Choices => 1;

    /// <summary>True once a provider has begun to read it: from then on it can be sent to no other.</summary>
    internal bool IsBegun { get; set; }

    /// <summary>Reads on.</summary>
    /// <returns>How many bytes came; 0 at the end.</returns>
    /// <exception cref="UploadRefusedException">The bytes cannot be passed on.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);
}
