using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Surfaces;
using Switchboard.Testing.Places;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Surfaces;

/// <summary>Requests of other dialects and the chat requests that they are.</summary>
internal static class RequestGolden
{
    private static readonly string s_folder = RepositoryRoot.Combine("tests", "Switchboard.Tests", "Gateway", "Surfaces", "Goldens");

    /// <summary>JSON as people write it.</summary>
    public static JsonSerializerOptions Plain { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The cases of a file: a list of objects with a <c>case</c>.</summary>
    public static IReadOnlyList<JsonObject> Read(string file) =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(s_folder, file), Encoding.UTF8))!.AsArray().Select(entry => entry!.AsObject())];

    /// <summary>Reads a request; the model of Google's is <c>m</c>.</summary>
    public static SurfaceRequest? Read(string surface, string body, out GatewayError? error)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var time = new ManualTimeProvider();
        return surface == "anthropic"
            ? SurfaceRequest.ReadAnthropic(bytes, "messages", [], RequestPolicy.Strict, time, out error)
            : SurfaceRequest.ReadGemini(bytes, "m", GeminiMethod.GenerateContent, isSse: false, RequestPolicy.Strict, time, out error);
    }

    /// <summary>The chat request with its extensions.</summary>
    public static JsonObject ChatOf(string surface, string body)
    {
        var request = Read(surface, body, out var error);
        Assert.True(error is null, error?.Body.Message);
        Assert.True(request!.Origin.Fault is null, request.Origin.Fault?.Body.Message);
        return JsonNode.Parse(request.Body.Span)!.AsObject();
    }

    /// <summary>The chat request as a provider gets it that takes no extensions, and what it does not get.</summary>
    public static (byte[] Body, GatewayCall Call) PlainOf(SurfaceRequest request)
    {
        var call = new GatewayCall
        {
            Operation = ApiOperation.ChatCompletions,
            Path = "chat/completions",
            Body = request.Body,
            Facts = request.Facts,
            Origin = request.Origin,
            RequestId = "r",
            Sink = new RecordingSink(),
        };
        var edits = RequestEdits.Of(call, call.Facts.Model, new ProviderSettings { Type = "openai" }, out var refused);
        Assert.Null(refused);
        return (edits.Apply(call.Body).ToArray(), call);
    }

    /// <summary>The blocks of a stream of Anthropic's, as its caller sends them back.</summary>
    public static IEnumerable<string> BlocksOf(string stream) => ServerSentEvents.Read(stream)
        .Select(one => JsonElement.Parse(one.Data))
        .Where(data => data.GetProperty("type").GetString() == "content_block_start")
        .Select(data => data.GetProperty("content_block").GetRawText());
}
