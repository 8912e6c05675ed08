namespace Switchboard.Protocol.Errors;

/// <summary>The values of <c>error.type</c> that the OpenAI surface uses.</summary>
public static class ErrorTypes
{
    /// <summary>The request is at fault.</summary>
    public const string InvalidRequest = "invalid_request_error";

    /// <summary>The key is missing, unknown or refused.</summary>
    public const string Authentication = "authentication_error";

    /// <summary>The key is known and may not do this.</summary>
    public const string Permission = "permission_error";

    /// <summary>The model, route or object does not exist.</summary>
    public const string NotFound = "not_found_error";

    /// <summary>A limit of requests, tokens or budget is reached.</summary>
    public const string RateLimit = "rate_limit_error";

    /// <summary>The server or the provider is overloaded; the answer carries <c>Retry-After</c>.</summary>
    public const string Overloaded = "overloaded_error";

    /// <summary>The provider did not answer in time.</summary>
    public const string Timeout = "timeout_error";

    /// <summary>A fault of this server.</summary>
    public const string Api = "api_error";

    /// <summary>A fault of the provider: refused, reset, or an answer that is not one.</summary>
    public const string Upstream = "upstream_error";
}
