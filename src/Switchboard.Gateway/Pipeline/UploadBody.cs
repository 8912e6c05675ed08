namespace Switchboard.Gateway.Pipeline;

/// <summary>A request's body on its way through: read once, never held whole.</summary>
/// <param name="Stream">The bytes as they come from the caller.</param>
/// <param name="ContentType">Its media type as the caller wrote it; null for none.</param>
/// <param name="Length">How many bytes there are; null where the caller does not say.</param>
public sealed record UploadBody(Stream Stream, string? ContentType, long? Length);
