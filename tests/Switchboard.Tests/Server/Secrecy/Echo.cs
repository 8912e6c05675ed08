using System.Text.Json;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Secrecy;

/// <summary>How the upstream of the test fails. Whatever it says, it says with all that it was told: keys, headers, the body.</summary>
internal enum Echo
{
    /// <summary>It does not: it answers, with keys in its headers.</summary>
    Answer,

    /// <summary>A refused key, as OpenAI says it.</summary>
    Refused,

    /// <summary>A request that is at fault, with the key in every member.</summary>
    Bad,

    /// <summary>A limit, with the key in headers, too.</summary>
    Limited,

    /// <summary>Plain text.</summary>
    Text,

    /// <summary>A page.</summary>
    Page,

    /// <summary>Success that is none.</summary>
    Garbage,

    /// <summary>A stream that ends with an error.</summary>
    Stream,

    /// <summary>A redirect to where the key is in the address.</summary>
    Redirect,
}

/// <summary>Makes those answers.</summary>
internal static class Echoes
{
    public static UpstreamAnswer Of(Echo kind, UpstreamRequest request, UpstreamAnswer usual)
    {
        var told = string.Join(" | ", request.Headers.Select(header => $"{header.Key}: {header.Value}").Append(request.Query).Append(request.BodyText));
        var key = string.Join(' ', request.Headers.Where(header => header.Key.Contains("key", StringComparison.OrdinalIgnoreCase) || header.Key.Contains("auth", StringComparison.OrdinalIgnoreCase) || header.Key.Contains("token", StringComparison.OrdinalIgnoreCase)).Select(header => header.Value));
        var text = JsonSerializer.Serialize(told);
        var word = JsonSerializer.Serialize(key);
        return kind switch
        {
            Echo.Answer => WithHeaders(usual, key),
            Echo.Refused => Error(401, text, "\"invalid_api_key\""),
            Echo.Bad => UpstreamAnswer.Json($$"""{"error":{"message":{{text}},"type":{{word}},"param":{{word}},"code":{{word}},"status":{{word}},"details":[{"@type":{{word}},"reason":{{word}}}]},"message":{{text}},"detail":{{text}}}""", 400),
            Echo.Limited => WithHeaders(Error(429, text, "\"rate_limit_exceeded\""), key).WithHeader("Retry-After", "1"),
            Echo.Text => UpstreamAnswer.Text(told, "text/plain", 500),
            Echo.Page => UpstreamAnswer.Text($"<html><body>{told}</body></html>", "text/html", 502),
            Echo.Garbage => UpstreamAnswer.Text($"{{\"oops\": {told}", "application/json"),
            Echo.Stream => UpstreamAnswer.Stream(
            [
                "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hi\"}}]}\n\n",
                $"data: {{\"error\":{{\"message\":{text},\"type\":\"server_error\",\"param\":null,\"code\":{word}}}}}\n\n",
            ]),
            _ => WithHeaders(UpstreamAnswer.Text(told, "text/plain", 302), key).WithHeader("Location", $"http://127.0.0.1:9/?key={Uri.EscapeDataString(key)}"),
        };
    }

    private static UpstreamAnswer Error(int status, string text, string code) =>
        UpstreamAnswer.Json($$"""{"error":{"message":{{text}},"type":"invalid_request_error","param":null,"code":{{code}} } }""", status);

    private static UpstreamAnswer WithHeaders(UpstreamAnswer answer, string key) => answer
        .WithHeader("WWW-Authenticate", $"Bearer realm=\"{key}\"")
        .WithHeader("Set-Cookie", $"session={key}")
        .WithHeader("X-Echo", key);
}
