using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Responses;

/// <summary>The body of a call that the gateway answers itself.</summary>
internal static class StoredBody
{
    private const int Piece = 16 * 1024;

    /// <summary>Reads it: a JSON object, an empty one where there is no body.</summary>
    public static async ValueTask<(JsonDocument? Body, GatewayError? Error)> ReadAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>();
        try
        {
            while (call.Upload is { } upload && await upload.ReadAsync(bytes.GetMemory(Piece), cancellationToken) is > 0 and var read)
            {
                bytes.Advance(read);
            }
        }
        catch (UploadRefusedException refused)
        {
            return (null, refused.Error);
        }

        if (bytes.WrittenCount > 0 && RequestReader.CheckText(bytes.WrittenSpan) is { } unreadable)
        {
            return (null, unreadable);
        }

        try
        {
            var body = JsonDocument.Parse(bytes.WrittenCount > 0 ? bytes.WrittenMemory : "{}"u8.ToArray(), new JsonDocumentOptions { MaxDepth = RequestReader.MaxDepth });
            if (body.RootElement.ValueKind == JsonValueKind.Object)
            {
                return (body, null);
            }

            body.Dispose();
            return (null, GatewayError.InvalidRequest("The body must be a JSON object.", null, RequestFaults.InvalidJson));
        }
        catch (JsonException exception)
        {
            return (null, RequestFaults.NotJson(exception));
        }
    }
}
