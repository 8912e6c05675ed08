using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>The provider that a caller names: in the header <c>x-switchboard-provider</c>, or in the query as <c>provider</c>.</summary>
internal static class RequestedProvider
{
    /// <summary>The query parameter; it is the gateway's and goes no further.</summary>
    public const string Parameter = "provider";

    private const string Header = "x-switchboard-provider";

    /// <summary>Its name; null where the caller leaves it to the gateway.</summary>
    public static string? Of(HttpRequest request)
    {
        var name = request.Headers.TryGetValue(Header, out var header) ? header.ToString()
            : request.QueryString.HasValue && request.Query.TryGetValue(Parameter, out var parameter) ? parameter.ToString()
            : null;
        return string.IsNullOrWhiteSpace(name) ? null : name;
    }
}
