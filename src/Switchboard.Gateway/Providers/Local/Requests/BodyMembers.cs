using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>Reads the member at the reader; null where it is right, or none of the reader's own.</summary>
internal delegate GatewayError? MemberReader(ref Utf8JsonReader json, string name);

/// <summary>Walks the members of a request's body; the gateway has already seen that it is a JSON object.</summary>
internal static class BodyMembers
{
    /// <summary>Hands each member to <paramref name="read"/>, up to the first fault.</summary>
    public static GatewayError? Read(ReadOnlySpan<byte> body, MemberReader read)
    {
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestReader.MaxDepth });
        json.Read();
        GatewayError? error = null;
        while (error is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Read(ref json) ?? "";
            json.Read();
            error = read(ref json, name);
            json.Skip();
        }

        return error;
    }
}
