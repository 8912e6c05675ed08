using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Responses;

/// <summary>The body of a call that the gateway answers itself.</summary>
internal static class StoredBody
{
    /// <summary>Reads it: a JSON object, an empty one where there is no body.</summary>
    public static async ValueTask<(JsonDocument? Body, GatewayError? Error)> ReadAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var (bytes, error) = await HeldUpload.ReadAsync(call.Upload, cancellationToken);
        if (error is not null)
        {
            return (null, error);
        }

        if (!bytes.IsEmpty && RequestReader.CheckText(bytes.Span) is { } unreadable)
        {
            return (null, unreadable);
        }

        try
        {
            var body = JsonDocument.Parse(bytes.IsEmpty ? "{}"u8.ToArray() : bytes, new JsonDocumentOptions { MaxDepth = RequestReader.MaxDepth });
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
