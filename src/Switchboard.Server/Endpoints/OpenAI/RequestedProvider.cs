using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>The provider that a caller names: in the header <c>x-switchboard-provider</c>, or in the query as <c>provider</c>.</summary>
internal static class RequestedProvider
{
    /// <summary>The query parameter; it is the gateway's and goes no further.</summary>
    public const string Parameter = "provider";

    private const string Header = "x-switchboard-provider";
    private const string ModelHeader = "x-switchboard-model";

    /// <summary>Its name; null where the caller leaves it to the gateway.</summary>
    public static string? Of(HttpRequest request)
    {
        var name = request.Headers.TryGetValue(Header, out var header) ? header.ToString()
            : request.QueryString.HasValue && request.Query.TryGetValue(Parameter, out var parameter) ? parameter.ToString()
            : null;
        return string.IsNullOrWhiteSpace(name) ? null : name;
    }

    /// <summary>The model of a form that names none, or names it behind a large file; null where the caller does not say.</summary>
    public static string? ModelOf(HttpRequest request) =>
        request.Headers.TryGetValue(ModelHeader, out var header) && !string.IsNullOrWhiteSpace(header) ? header.ToString() : null;
}
