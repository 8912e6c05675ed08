using System.Text;
using System.Text.Json;
using Switchboard.Testing.Places;

namespace Switchboard.Testing.Corpus;

/// <summary>Bodies of the SDKs' fixtures: folder and file name tell set, operation and kind.</summary>
internal sealed class FixtureBodies(BodyCollector collector)
{
    private const string Chat = "createChatCompletion";
    private const string Responses = "createResponse";

    // Packages of vercel/ai for providers that speak the dialect, and what they call.
    private static readonly Dictionary<string, string> s_compatible = new(StringComparer.Ordinal)
    {
        ["alibaba"] = Chat, ["cerebras"] = Chat, ["deepseek"] = Chat, ["groq"] = Chat, ["mistral"] = Chat, ["moonshotai"] = Chat,
        ["openai-compatible"] = Chat, ["perplexity"] = Chat, ["xai"] = Chat, ["open-responses"] = Responses,
    };

    // The folders of the package of OpenAI itself, and of others where they are as fine.
    private static readonly Dictionary<string, string> s_folders = new(StringComparer.Ordinal)
    {
        ["chat"] = Chat, ["completion"] = "createCompletion", ["embedding"] = "createEmbedding", ["image"] = "createImage", ["responses"] = Responses,
        ["skills"] = "CreateSkill", ["speech-translation"] = RealTraffic.TranslationEvents, ["transcription"] = "createTranscription",
    };

    // Hand-made, or no body: each by name, with the reason.
    private static readonly Dictionary<string, string> s_leftOut = new(StringComparer.Ordinal)
    {
        ["parallel-tool-call-wrapper.1.chunks.txt"] = "hand-made: its first and last line lack closing braces",
        ["chat_completion_invalid_streaming_test_response.txt"] = "hand-made: no JSON on purpose",
        ["chat_completion_with_data_streaming_test_response.txt"] = "a preview of Azure's that is gone: choices hold messages",
        ["chat_completion_with_data_test_response.json"] = "a preview of Azure's that is gone: choices hold messages",
        ["groq-transcription-text.json"] = "no body: status, headers and a text",
    };

    /// <summary>The fixtures of vercel/ai.</summary>
    public void AddVercel()
    {
        foreach (var (file, source) in BodyCollector.Files("fixtures", "vercel+ai"))
        {
            var (package, folder) = source.Split('/') is [_, _, _, var name, _, var below, ..] ? (name, below) : ("", "");
            var set = SetOf(package, Path.GetFileName(file));
            var operation = OperationOf(package, folder, Path.GetFileName(file));
            if (set is null || operation is null)
            {
                collector.Skip(source, "another dialect");
                continue;
            }

            Add(set.Value, source, operation, file);
        }
    }

    /// <summary>The test data of semantic-kernel's connectors.</summary>
    public void AddSemanticKernel()
    {
        foreach (var (file, source) in BodyCollector.Files("fixtures", "microsoft+semantic-kernel"))
        {
            BodySet? set = source.Split('/') switch
            {
                [.., "Connectors.OpenAI.UnitTests", _, _] => BodySet.OpenAI,
                [.., "Connectors.AzureOpenAI.UnitTests", _, _] => BodySet.Azure,
                [.., "Connectors.MistralAI.UnitTests" or "Connectors.AzureAIInference.UnitTests", _, _] => BodySet.Compatible,
                [.., "Connectors.HuggingFace.UnitTests", _, var name] when name.StartsWith("chatcompletion_", StringComparison.Ordinal) => BodySet.Compatible,
                _ => null,
            };
            if (set is null)
            {
                collector.Skip(source, "another dialect");
                continue;
            }

            var operation = Path.GetFileName(file) switch
            {
                var name when name.Contains("embeddings", StringComparison.Ordinal) => "createEmbedding",
                var name when name.StartsWith("text-to-image", StringComparison.Ordinal) => "createImage",
                var name when name.StartsWith("text_completion", StringComparison.Ordinal) => "createCompletion",
                _ => Chat,
            };
            Add(set.Value, source, operation, file);
        }
    }

    /// <summary>What openai-python's and openai-node's own tests were answered.</summary>
    public void AddSdks()
    {
        foreach (var (file, source) in BodyCollector.Files("fixtures", "openai+openai-python").Concat(BodyCollector.Files("fixtures", "openai+openai-node")))
        {
            if (source.Contains("/bedrock", StringComparison.Ordinal))
            {
                collector.Skip(source, "no body: vectors of AWS signatures");
                continue;
            }

            var operation = Path.GetFileName(file) switch
            {
                var name when name.StartsWith("embeddings-", StringComparison.Ordinal) => "createEmbedding",
                var name when name.StartsWith("test_responses", StringComparison.Ordinal) || name.StartsWith("ResponseStream", StringComparison.Ordinal) => Responses,
                _ => Chat,
            };
            Add(BodySet.OpenAI, source, operation, file);
        }
    }

    /// <summary>The payloads that the webhook vectors sign.</summary>
    public void AddWebhooks()
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(SharedFolder.Combine("fixtures", "vectors", "webhooks.json")));
        foreach (var (index, payload) in cases.RootElement.EnumerateArray().Select(entry => entry.GetProperty("payload").GetString()!).Index())
        {
            var source = $"fixtures/vectors/webhooks.json[{index}]";
            if (TypeIn(payload) is { } type)
            {
                collector.Add(BodySet.OpenAI, source, type, BodyKind.WebhookEvent, Encoding.UTF8.GetBytes(payload), type);
            }
            else
            {
                collector.Skip(source, "hand-made: no event");
            }
        }
    }

    private static BodySet? SetOf(string package, string name) => package switch
    {
        "openai" when name.StartsWith("github-copilot", StringComparison.Ordinal) => BodySet.Compatible,
        "openai" when name.StartsWith("azure-", StringComparison.Ordinal) => BodySet.Azure,
        "openai" => BodySet.OpenAI,
        "azure" => BodySet.Azure,
        _ => s_compatible.ContainsKey(package) ? BodySet.Compatible : null,
    };

    private static string? OperationOf(string package, string folder, string name) => package switch
    {
        "openai" when folder == "image" && name.Contains("edit", StringComparison.Ordinal) => "createImageEdit",
        "azure" => name.StartsWith("azure-deepseek", StringComparison.Ordinal) ? Chat : Responses,
        _ when name.Contains("-transcription", StringComparison.Ordinal) => "createTranscription",
        _ => s_folders.GetValueOrDefault(folder) ?? s_compatible.GetValueOrDefault(package),
    };

    private void Add(BodySet set, string source, string operation, string file)
    {
        var name = Path.GetFileName(file);
        if (s_leftOut.TryGetValue(name, out var reason))
        {
            collector.Skip(source, reason);
        }
        else if (name.EndsWith(".chunks.txt", StringComparison.Ordinal))
        {
            collector.AddChunks(set, source, operation, file);
        }
        else if (name.EndsWith(".sse.txt", StringComparison.Ordinal) || name.EndsWith(".sse", StringComparison.Ordinal) || name.EndsWith("_stream_response.txt", StringComparison.Ordinal)
            || name.Contains("_streaming_", StringComparison.Ordinal))
        {
            collector.AddStream(set, source, operation, File.ReadAllText(file));
        }
        else
        {
            var kind = name.Contains("-error", StringComparison.Ordinal) ? BodyKind.Error : BodyKind.Response;
            collector.Add(set, source, operation, kind, Encoding.UTF8.GetBytes(File.ReadAllText(file)));
        }
    }

    private static string? TypeIn(string payload)
    {
        try
        {
            return JsonElement.Parse(payload) is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("type", out var type) ? type.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
