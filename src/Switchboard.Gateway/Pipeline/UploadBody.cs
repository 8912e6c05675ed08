namespace Switchboard.Gateway.Pipeline;

/// <summary>A request's body on its way through: read once, never held whole.</summary>
/// <param name="stream">The bytes as they come from the caller. It throws <see cref="UploadRefusedException"/> where they cannot be passed on.</param>
/// <param name="contentType">Its media type as the caller wrote it; null for none.</param>
/// <param name="length">How many bytes there are; null where the caller does not say.</param>
public class UploadBody(Stream stream, string? contentType, long? length)
{
    /// <summary>The bytes as they come.</summary>
    public Stream Stream { get; } = stream;

    /// <summary>The body's media type as the caller wrote it; null for none.</summary>
    public string? ContentType { get; } = contentType;

    /// <summary>How many bytes are passed on; null where that is not known beforehand.</summary>
    public virtual long? Length { get; } = length;
}
