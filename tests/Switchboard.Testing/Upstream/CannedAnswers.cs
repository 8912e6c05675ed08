using System.Runtime.InteropServices;
using System.Text.Json;

namespace Switchboard.Testing.Upstream;

/// <summary>Answers in OpenAI's shapes, made from a given text, for tests that do not care what is said.</summary>
internal sealed class CannedAnswers(string text, string model = CannedAnswers.DefaultModel)
{
    public const string DefaultModel = "gpt-4o-mini";

    private const int Created = 1_767_225_600;
    private const int Dimensions = 8;

    public UpstreamAnswer For(UpstreamRequest request) => (request.Method, request.Path) switch
    {
        ("POST", "/v1/chat/completions") => Chat(request.Json),
        ("POST", "/v1/completions") => Completion(request.Json),
        ("POST", "/v1/embeddings") => Embeddings(request.Json),
        ("GET", "/v1/models") => Give(new { @object = "list", data = new[] { Model(model) } }),
        ("GET", var path) when path.StartsWith("/v1/models/", StringComparison.Ordinal) => Give(Model(path["/v1/models/".Length..])),
        var (method, path) => Unknown(method, path),
    };

    private static UpstreamAnswer Unknown(string method, string path)
    {
        var error = new { message = $"Unknown request URL: {method} {path}.", type = "invalid_request_error", param = (string?)null, code = "unknown_url" };
        return UpstreamAnswer.JsonOf(new { error }, 404);
    }

    private UpstreamAnswer Chat(JsonElement request)
    {
        if (!IsTrue(request, "stream"))
        {
            return Give(new
            {
                id = "chatcmpl-canned",
                @object = "chat.completion",
                created = Created,
                model = ModelOf(request),
                choices = new[] { new { index = 0, message = new { role = "assistant", content = text, refusal = (string?)null }, logprobs = (object?)null, finish_reason = "stop" } },
                usage = Usage(),
            });
        }

        var chunks = new List<string> { Chunk(new { role = "assistant", content = "" }, null) };
        chunks.AddRange(Words().Select(word => Chunk(new { content = word }, null)));
        chunks.Add(Chunk(new { }, "stop"));
        return Stream(request, chunks, "chat.completion.chunk");

        string Chunk(object delta, string? reason) => JsonSerializer.Serialize(new
        {
            id = "chatcmpl-canned",
            @object = "chat.completion.chunk",
            created = Created,
            model = ModelOf(request),
            choices = new[] { new { index = 0, delta, logprobs = (object?)null, finish_reason = reason } },
        });
    }

    private UpstreamAnswer Completion(JsonElement request)
    {
        return IsTrue(request, "stream")
            ? Stream(request, [.. Words().Select(word => Serialize(word, null, null)), Serialize("", "stop", null)], "text_completion")
            : UpstreamAnswer.Json(Serialize(text, "stop", Usage()));

        string Serialize(string part, string? reason, object? usage) => JsonSerializer.Serialize(new
        {
            id = "cmpl-canned",
            @object = "text_completion",
            created = Created,
            model = ModelOf(request),
            choices = new[] { new { index = 0, text = part, logprobs = (object?)null, finish_reason = reason } },
            usage,
        });
    }

    private UpstreamAnswer Stream(JsonElement request, List<string> chunks, string kind)
    {
        if (request.TryGetProperty("stream_options", out var options) && IsTrue(options, "include_usage"))
        {
            chunks.Add(JsonSerializer.Serialize(new
            {
                id = "canned",
                @object = kind,
                created = Created,
                model = ModelOf(request),
                choices = Array.Empty<object>(),
                usage = Usage(),
            }));
        }

        return UpstreamAnswer.Stream([.. chunks.Select(ServerSentEvents.Data), ServerSentEvents.Done]).WithHeader("x-request-id", "req_canned");
    }

    private UpstreamAnswer Embeddings(JsonElement request)
    {
        var count = request.GetProperty("input") is { ValueKind: JsonValueKind.Array } inputs && inputs[0].ValueKind != JsonValueKind.Number
            ? inputs.GetArrayLength()
            : 1;
        var asBase64 = request.TryGetProperty("encoding_format", out var format) && format.ValueEquals("base64");
        return Give(new
        {
            @object = "list",
            data = Enumerable.Range(0, count).Select(index => new { @object = "embedding", index, embedding = Vector(index, asBase64) }),
            model = ModelOf(request),
            usage = new { prompt_tokens = count, total_tokens = count },
        });
    }

    private static object Vector(int index, bool asBase64)
    {
        float[] vector = [.. Enumerable.Range(0, Dimensions).Select(i => i == index % Dimensions ? 1f : 0f)];
        return asBase64 ? Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector)) : vector;
    }

    private static object Model(string id) => new { id, @object = "model", created = Created, owned_by = "switchboard-tests" };

    private static UpstreamAnswer Give(object value) => UpstreamAnswer.JsonOf(value).WithHeader("x-request-id", "req_canned");

    private static bool IsTrue(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private string ModelOf(JsonElement request) => request.TryGetProperty("model", out var asked) ? asked.GetString()! : model;

    private object Usage()
    {
        var count = Words().Count();
        return new { prompt_tokens = 9, completion_tokens = count, total_tokens = 9 + count };
    }

    // Each word keeps the space before it, as tokens do.
    private IEnumerable<string> Words() => text.Split(' ').Select((word, i) => i == 0 ? word : " " + word);
}
