using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>What parts the parts of a form.</summary>
internal static class FormBoundary
{
    // The standard says 70; some clients take more.
    private const int LongestBoundary = 200;

    /// <summary>Reads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="expected">What its body has to be, in words.</param>
    /// <param name="boundary">What parts the parts.</param>
    /// <returns>Why the request is refused; null where it is not.</returns>
    public static GatewayError? Read(HttpRequest request, string expected, out string boundary)
    {
        boundary = "";
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return BodyFaults.UnsupportedType(expected, request);
        }

        var named = type.Parameters.Where(parameter => parameter.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase)).ToArray();
        boundary = named.Length == 1 ? HeaderUtilities.RemoveQuotes(named[0].Value).ToString() : "";
        return boundary.Length is > 0 and <= LongestBoundary && !boundary.AsSpan().ContainsAnyExceptInRange(' ', '~') && !boundary.EndsWith(' ')
            ? null
            : FormFaults.NoBoundary();
    }
}
