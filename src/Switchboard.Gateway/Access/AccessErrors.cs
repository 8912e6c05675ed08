using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Access;

/// <summary>Why somebody is sent away. What does not depend on the request is made once.</summary>
internal static class AccessErrors
{
    public static GatewayError NoKey { get; } = Unauthorized("No API key was sent. Send one as 'Authorization: Bearer KEY'.");

    public static GatewayError WrongKey { get; } = Unauthorized("The API key is not known here. Check that it is whole, and that it was not rotated or deleted.");

    public static GatewayError ExpiredKey { get; } = Unauthorized("The API key has expired.");

    public static GatewayError DisabledKey { get; } = Forbidden("The API key is disabled.", "access_disabled");

    public static GatewayError DisabledProject { get; } = Forbidden("The project of the API key is disabled or has expired.", "access_disabled");

    public static GatewayError DisabledTeam { get; } = Forbidden("The team of the API key is disabled or has expired.", "access_disabled");

    public static GatewayError WrongAddress { get; } = Forbidden("The API key may not be used from this address.", "address_not_allowed");

    public static GatewayError NoAdministrator { get; } = Forbidden("An administrator's key is needed for this.", "administrator_required");

    public static GatewayError NoModel { get; } = Forbidden("The API key may only be used for some models, and this request names none.", "model_not_allowed");

    public static GatewayError OpenSocket { get; } = Forbidden("The API key may only be used for some models, and a websocket of responses may ask for any.", "model_not_allowed");

    public static GatewayError NoProject { get; } = Forbidden("The token names a project that is not known here.", "access_disabled");

    public static GatewayError TokenKeysAway { get; } = new(
        503,
        new ErrorBody("The keys that tokens are signed with cannot be read from their issuer now. Try again in a moment.", ErrorTypes.Overloaded, null, "access_unavailable"),
        TimeSpan.FromSeconds(2));

    public static GatewayError NotKnownYet { get; } = new(
        503,
        new ErrorBody("The gateway has not been able to read its keys yet. Try again in a moment.", ErrorTypes.Overloaded, null, "access_unavailable"),
        TimeSpan.FromSeconds(1));

    public static GatewayError ModelNotAllowed(string model) =>
        Forbidden($"The API key may not be used for the model '{RequestFaults.Shorten(model)}'. GET /v1/models lists those it may be used for.", "model_not_allowed", "model");

    public static GatewayError NoProvider(string model) => model.Length == 0
        ? Forbidden("The API key may not be used for the provider of this request.", "model_not_allowed")
        : Forbidden($"The API key may not be used for any provider of the model '{RequestFaults.Shorten(model)}'.", "model_not_allowed", "model");

    public static GatewayError WrongToken(string what) => Unauthorized($"The token is not taken: {what}.");

    private static GatewayError Unauthorized(string message) =>
        new(401, new ErrorBody(message, ErrorTypes.InvalidRequest, null, "invalid_api_key")) { Headers = [new("WWW-Authenticate", "Bearer")] };

    private static GatewayError Forbidden(string message, string code, string? param = null) =>
        new(403, new ErrorBody(message, ErrorTypes.InvalidRequest, param, code));
}
