using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>
/// A caller's handshake, of which the provider gets what the two ends have to agree on. The caller's own key for it is
/// what the provider's answer is checked by, so it passes too: it is no secret.
/// </summary>
internal static class SocketHandshake
{
    private const string Key = "Sec-WebSocket-Key";
    private const string Version = "Sec-WebSocket-Version";
    private const string Protocol = "Sec-WebSocket-Protocol";
    private const string Extensions = "Sec-WebSocket-Extensions";
    private const string OnlyVersion = "13";

    // A page in a browser cannot set headers and writes these in their place. They end here as the headers do.
    private static readonly string[] s_credentials = ["openai-insecure-api-key.", "openai-organization.", "openai-project."];

    /// <summary>Why it is none that could be answered; null where it is one.</summary>
    public static GatewayError? Check(HttpRequest request)
    {
        var version = request.Headers[Version].ToString();
        if (version != OnlyVersion)
        {
            return new GatewayError(426, new ErrorBody($"The websocket must be of version 13 ({Version}).", ErrorTypes.InvalidRequest, null, "upgrade_required"))
            {
                Headers = [new(Version, OnlyVersion), new("Upgrade", "websocket"), new("Connection", "Upgrade")],
            };
        }

        var key = request.Headers[Key].ToString();
        return key.Length == 24 && Base64.IsValid(key, out var bytes) && bytes == 16
            ? null
            : GatewayError.InvalidRequest($"The header {Key} must hold 16 bytes in base64.", null, "invalid_handshake");
    }

    /// <summary>What the provider's end is asked for.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Offer(HttpRequest request)
    {
        yield return new(Key, request.Headers[Key].ToString());
        yield return new(Version, OnlyVersion);
        var protocols = string.Join(", ", request.Headers[Protocol].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(IsForward));
        if (protocols.Length > 0)
        {
            yield return new(Protocol, protocols);
        }

        var extensions = request.Headers[Extensions].ToString();
        if (extensions.Length > 0 && IsSound(extensions))
        {
            yield return new(Extensions, extensions);
        }
    }

    private static bool IsForward(string protocol) =>
        IsSound(protocol) && !s_credentials.Any(prefix => protocol.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static bool IsSound(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
