using System.Text;
using System.Text.Json;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Fixtures;

/// <summary>All real chat answers of <c>../shared/fixtures</c>, by dialect and provider.</summary>
public static class ChatFixtures
{
    private static readonly Lazy<IReadOnlyList<ChatFixture>> s_all = new(() => [.. ReadAll()]);

    /// <summary>All of them, in the order of the index.</summary>
    public static IReadOnlyList<ChatFixture> All => s_all.Value;

    /// <summary>Those of a dialect.</summary>
    public static IEnumerable<ChatFixture> Of(string dialect) => All.Where(fixture => fixture.Dialect == dialect);

    private static IEnumerable<ChatFixture> ReadAll()
    {
        var cassettes = new Dictionary<string, JsonDocument>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(SharedFolder.Combine("fixtures", "index.tsv")).Skip(1))
        {
            var columns = line.Split('\t');
            var (name, provider, api, isStream) = (columns[0], columns[3], columns[4], columns[5] == "stream");
            foreach (var fixture in columns[1] == "crmne/ruby_llm" ? Recorded(name, provider, api, cassettes) : Kept(name, provider, api, isStream))
            {
                yield return fixture;
            }
        }
    }

    // A pair of a cassette: the path of the request tells the dialect.
    private static IEnumerable<ChatFixture> Recorded(string name, string provider, string api, Dictionary<string, JsonDocument> cassettes)
    {
        if (DialectOf(api) is not { } dialect || IsLeftOut(name))
        {
            return [];
        }

        var hash = name.LastIndexOf('#');
        var (file, number) = (name[..hash], int.Parse(name[(hash + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        if (!cassettes.TryGetValue(file, out var cassette))
        {
            cassettes[file] = cassette = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Combine("fixtures", file)));
        }

        var pair = cassette.RootElement[number];
        if (dialect == "gemini" && !pair.GetProperty("uri").GetString()!.Contains("enerateContent", StringComparison.Ordinal))
        {
            // An embedding, a count of tokens: the index does not tell them apart.
            return [];
        }

        var body = pair.GetProperty("response_body");
        var kind = pair.GetProperty("response_body_kind").GetString();
        var bytes = kind switch
        {
            "json" => Encoding.UTF8.GetBytes(body.GetRawText()),
            "base64" => Convert.FromBase64String(body.GetString()!),
            "text" => Encoding.UTF8.GetBytes(body.GetString()!),
            _ => null,
        };
        var type = kind switch { "json" => "application/json", "base64" => "application/vnd.amazon.eventstream", _ => "text/event-stream" };
        return bytes is null ? [] : [new ChatFixture(name, provider, dialect, pair.GetProperty("status").GetInt32(), type, kind != "json", bytes)];
    }

    private static string? DialectOf(string api) => api switch
    {
        _ when api.EndsWith("/v1/messages", StringComparison.Ordinal) => "anthropic",
        _ when api.EndsWith("enerateContent", StringComparison.Ordinal) && !api.Contains(":batch", StringComparison.Ordinal) => "gemini",
        _ when api.Contains("/converse", StringComparison.Ordinal) => "bedrock",
        _ when api.EndsWith("/v2/chat", StringComparison.Ordinal) => "cohere",
        _ when api.EndsWith("/chat/completions", StringComparison.Ordinal) => "openai",

        // Vertex: the index cuts the path off behind the publisher.
        _ when api.Contains("/publishers/goog", StringComparison.Ordinal) => "gemini",
        _ => null,
    };

    // The fixtures that an SDK keeps beside its tests: one answer, or one event a line.
    private static IEnumerable<ChatFixture> Kept(string name, string provider, string api, bool isStream)
    {
        if (name.Contains("Connectors.Ollama", StringComparison.Ordinal))
        {
            return name.Contains("/chat_", StringComparison.Ordinal) ? [OfOllama(name, provider, isStream)] : [];
        }

        if (name.EndsWith("/converse_stream_binary_response.bin", StringComparison.Ordinal))
        {
            return [new(name, provider, "bedrock", 200, "application/vnd.amazon.eventstream", IsStream: true, File.ReadAllBytes(SharedFolder.Combine("fixtures", name)))];
        }

        var package = name.Split('/') is ["vercel+ai", _, var folder, ..] ? folder : "";
        var dialect = (package, api) switch
        {
            ("anthropic", "src") => "anthropic",
            ("google" or "google-vertex", "src") => "gemini",
            ("amazon-bedrock", "src") => "bedrock",
            ("cohere", "src") => "cohere",
            ("alibaba" or "cerebras" or "groq" or "mistral" or "moonshotai" or "perplexity" or "xai", "src") => "openai",
            ("deepseek" or "openai" or "openai-compatible", "chat") => "openai",
            _ => null,
        };
        if (dialect is null || name.Contains("transcription", StringComparison.Ordinal) || name.Contains("embedding", StringComparison.Ordinal) || IsLeftOut(name))
        {
            return [];
        }

        var bytes = File.ReadAllBytes(SharedFolder.Combine("fixtures", name));
        return !isStream ? [new ChatFixture(name, provider, dialect, 200, "application/json", IsStream: false, bytes)]
            : dialect == "bedrock" ? [new ChatFixture(name, provider, dialect, 200, "application/vnd.amazon.eventstream", IsStream: true, Binary(bytes))]
            : name.EndsWith(".txt", StringComparison.Ordinal) ? Streams(bytes, dialect).Select((stream, i) => Stream(i == 0 ? name : $"{name}#{i}", stream))
            : [Stream(name, bytes)];

        ChatFixture Stream(string name, byte[] stream) => new(name, provider, dialect, 200, "text/event-stream", IsStream: true, stream);
    }

    // One event a line, each the value of a member that has its name.
    private static byte[] Binary(byte[] lines) =>
    [
        .. Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => JsonElement.Parse(line).EnumerateObject().Single())
            .SelectMany(member => AwsEventMessages.Event(member.Name, member.Value.GetRawText())),
    ];

    // A stream of Ollama is one JSON a line.
    private static ChatFixture OfOllama(string name, string provider, bool isStream) =>
        new(name, provider, "ollama", 200, isStream ? "application/x-ndjson" : "application/json", isStream, File.ReadAllBytes(SharedFolder.Combine("fixtures", name)));

    /// <summary>Fixtures that are no chat answer of a provider, each with the reason.</summary>
    public static IReadOnlyList<(string Name, string Reason)> LeftOut { get; } =
    [
        ("google-429-retry-info.json", "an error whose status is not kept"),
        ("parallel-tool-call-wrapper.1.chunks.txt", "hand-made: its first and last line lack closing braces"),
        ("chat_with_extended_thinking_gpustack_qwen3_streams_thinking_content_when_available.json#0", "the provider's stream broke off, and tells so in a field of its own"),
        ("reasoning-model-legacy-parameter-error.json", "an error whose status is not kept"),
        ("spliced-message-start.chunks.txt", "hand-made: two messages cut into one stream, the first of which no reader can take back"),
    ];

    private static bool IsLeftOut(string name) => LeftOut.Any(left => name.EndsWith(left.Name, StringComparison.Ordinal));

    // One event a line. Some files hold the streams of several turns, one behind the other.
    private static IEnumerable<byte[]> Streams(byte[] lines, string dialect)
    {
        var events = new StringBuilder();
        string? id = null;
        foreach (var line in Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var data = JsonElement.Parse(line);
            var isOther = dialect == "openai" && data.TryGetProperty("id", out var told) && told.GetString() is { Length: > 0 } next && (id ?? next) != next;
            if (isOther)
            {
                yield return Whole();
            }

            id = dialect == "openai" && data.TryGetProperty("id", out var own) && own.GetString() is { Length: > 0 } text ? text : id;
            var type = dialect == "anthropic" ? data.GetProperty("type").GetString() : null;
            events.Append(type is null ? "" : $"event: {type}\n").Append("data: ").Append(line).Append("\n\n");
            if (type == "message_stop")
            {
                yield return Whole();
            }
        }

        if (events.Length > 0)
        {
            yield return Whole();
        }

        byte[] Whole()
        {
            var whole = Encoding.UTF8.GetBytes(events.Append(dialect == "openai" ? ServerSentEvents.Done : "").ToString());
            events.Clear();
            return whole;
        }
    }
}
