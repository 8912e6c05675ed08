namespace Switchboard.Gateway.Pipeline;

/// <summary>
/// A body turned out in passing to be one that is not taken. It ends the upstream request that it is the body of, which
/// only an exception can, and becomes the call's error again right there.
/// </summary>
/// <param name="error">What the caller is told.</param>
public sealed class UploadRefusedException(GatewayError error) : IOException("The caller's body is refused.")
{
    /// <summary>What the caller is told.</summary>
    public GatewayError Error { get; } = error;
}
