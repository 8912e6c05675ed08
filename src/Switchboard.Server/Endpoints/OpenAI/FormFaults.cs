using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>The refusals of a form for what its headers say.</summary>
internal static class FormFaults
{
    public static GatewayError Empty() => GatewayError.InvalidRequest("The body is empty; a form was expected.", null, "invalid_multipart");

    public static GatewayError NoBoundary() =>
        GatewayError.InvalidRequest("Content-Type must name one boundary of 1 to 200 characters: multipart/form-data; boundary=…", null, "invalid_multipart");
}
