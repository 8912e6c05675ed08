using System.Buffers;

namespace Switchboard.Gateway.Pipeline;

/// <summary>A request's body that was read whole, to be passed on all the same.</summary>
/// <param name="body">Its bytes.</param>
/// <param name="contentType">Its media type as the caller wrote it; null for none.</param>
internal sealed class HeldUpload(ReadOnlyMemory<byte> body, string? contentType) : UploadBody
{
    private const int Piece = 16 * 1024;

    private ReadOnlyMemory<byte> _rest = body;

    /// <inheritdoc/>
    public override string? ContentType => contentType;

    /// <inheritdoc/>
    public override long? Length { get; } = body.Length;

    /// <summary>Reads all of a body; nothing where there is none.</summary>
    public static async ValueTask<(ReadOnlyMemory<byte> Body, GatewayError? Error)> ReadAsync(UploadBody? upload, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>();
        try
        {
            while (upload is not null && await upload.ReadAsync(bytes.GetMemory(Piece), cancellationToken) is > 0 and var read)
            {
                bytes.Advance(read);
            }
        }
        catch (UploadRefusedException refused)
        {
            return (default, refused.Error);
        }

        return (bytes.WrittenMemory, null);
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var length = Math.Min(buffer.Length, _rest.Length);
        _rest[..length].CopyTo(buffer);
        _rest = _rest[length..];
        return new(length);
    }
}
