using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Server.Access;

namespace Switchboard.Server.Endpoints;

/// <summary>Who a request is from. The key that it brings is read here and goes nowhere else.</summary>
internal sealed class RequestCaller(Gatekeeper keeper, GatewayRuntime runtime, TokenReader? tokens = null)
{
    private const string Scheme = "Bearer ";
    private const string ProtocolPrefix = "openai-insecure-api-key.";

    // How Azure's, Anthropic's and Google's clients send theirs.
    private static readonly string[] s_headers = ["api-key", "x-api-key", "x-goog-api-key"];

    /// <summary>Who it is.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? Caller.Anonymous;

    /// <summary>Finds out who it is.</summary>
    /// <returns>Why they are sent away; null where they are not.</returns>
    public ValueTask<GatewayError?> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var key = keeper.IsOpen ? default : KeyOf(context);
        if (tokens is not null && TokenReader.IsToken(key))
        {
            return ReadTokenAsync(context, tokens, key.ToString(), cancellationToken);
        }

        var error = keeper.Admit(key, runtime.Proxies.AddressOf(context), out var caller);
        context.Features.Set(caller);
        return new(error);
    }

    private async ValueTask<GatewayError?> ReadTokenAsync(HttpContext context, TokenReader reader, string token, CancellationToken cancellationToken)
    {
        var error = keeper.Admit(await reader.ReadAsync(token, cancellationToken), runtime.Proxies.AddressOf(context), out var caller);
        context.Features.Set(caller);
        return error;
    }

    private static ReadOnlySpan<char> KeyOf(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.Authorization is [{ } authorization, ..] && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return authorization.AsSpan(Scheme.Length).Trim();
        }

        foreach (var name in s_headers)
        {
            if (headers.TryGetValue(name, out var values) && values is [{ Length: > 0 } key, ..])
            {
                return key;
            }
        }

        if (CallerDialect.Of(context) == ApiDialect.Gemini && context.Request.Query["key"] is [{ Length: > 0 } inQuery, ..])
        {
            return inQuery;
        }

        return headers.TryGetValue(HeaderNames.SecWebSocketProtocol, out var protocols) ? KeyIn(protocols.ToString())
            : default;
    }

    // A page in a browser cannot set headers for a websocket.
    private static ReadOnlySpan<char> KeyIn(string protocols)
    {
        foreach (var protocol in protocols.Split(',', StringSplitOptions.TrimEntries))
        {
            if (protocol.StartsWith(ProtocolPrefix, StringComparison.OrdinalIgnoreCase))
            {
                return protocol.AsSpan(ProtocolPrefix.Length);
            }
        }

        return default;
    }
}
