using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>What administrators are told.</summary>
internal static class AdminErrors
{
    public static GatewayError Forbidden(string message) => new(403, new ErrorBody(message, ErrorTypes.InvalidRequest, null, "administrator_required"));

    public static GatewayError NotFound(string kind, string id) =>
        new(404, new ErrorBody($"There is no {kind} '{(id.Length <= 64 ? id : id[..64])}'.", ErrorTypes.InvalidRequest, null, $"{kind}_not_found"));

    public static GatewayError NoParent(string member) => GatewayError.InvalidRequest($"What '{member}' names is not there.", member, "invalid_value");

    public static GatewayError NoEncryptionKey { get; } = new(409, new ErrorBody(
        "Secrets are kept encrypted, and there is no storage.encryption_key. Set one and start the gateway again.",
        ErrorTypes.InvalidRequest,
        null,
        "no_encryption_key"));

    public static GatewayError InRotation { get; } = new(409, new ErrorBody(
        "The key was rotated already, and the one before it is still taken: one with a further grace would end that. Wait for 'grace_until', or rotate with grace_seconds 0.",
        ErrorTypes.InvalidRequest,
        "grace_seconds",
        "rotation_in_progress"));
}
