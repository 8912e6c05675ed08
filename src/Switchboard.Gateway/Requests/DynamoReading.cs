using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests;

/// <summary>How Dynamo's front end takes what others refuse, and in which words it refuses.</summary>
internal static class DynamoReading
{
    /// <summary>Tries a body that was refused once more, mended where it is no JSON; the first refusal is told where that does not help.</summary>
    public static RequestReading Mend(ReadOnlyMemory<byte> body, ApiOperation operation, RequestPolicy policy, GatewayError refusal)
    {
        if (!IsNoJson(refusal) || operation is not (ApiOperation.ChatCompletions or ApiOperation.Completions or ApiOperation.Responses))
        {
            return new RequestReading(body, null, Reword(refusal));
        }

        var escaped = JsonRepair.EscapeControls(body.Span);
        if (RequestReader.TryRead(escaped, operation, policy, out var facts, out var error) || !IsNoJson(error))
        {
            return new RequestReading(escaped, facts, error is null ? null : Reword(error));
        }

        var replaced = JsonRepair.EscapeControls(JsonRepair.ReplaceBroken(body.Span));
        return RequestReader.TryRead(replaced, operation, policy, out facts, out error) || !IsNoJson(error)
            ? new RequestReading(replaced, facts, error is null ? null : Reword(error))
            : new RequestReading(body, null, Reword(refusal));
    }

    private static bool IsNoJson(GatewayError error) => error.Body.Code == RequestFaults.InvalidJson;

    private static GatewayError Reword(GatewayError error)
    {
        var isUnbound = error.Body.Code is RequestFaults.InvalidJson or RequestFaults.InvalidType or RequestFaults.MissingMember or RequestFaults.DuplicateMember;
        var prefix = isUnbound ? "Failed to deserialize the JSON body into the target type: " : "Validation: ";
        return error with { Body = error.Body with { Message = prefix + error.Body.Message } };
    }
}
