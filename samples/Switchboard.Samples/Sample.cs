using Switchboard.Client;

namespace Switchboard.Samples;

/// <summary>A program in miniature.</summary>
/// <param name="Name">What it is run by.</param>
/// <param name="Description">What it shows.</param>
/// <param name="RunAsync">Runs it.</param>
internal sealed record Sample(string Name, string Description, Func<SwitchboardClient, TextWriter, CancellationToken, Task> RunAsync)
{
    /// <summary>All samples, the simplest first.</summary>
    public static IReadOnlyList<Sample> All { get; } =
    [
        new("chat", "one question, one answer", ChatSample.RunAsync),
        new("conversation", "several turns, of which the oldest are left out", ConversationSample.RunAsync),
        new("stream", "an answer while it is written", StreamSample.RunAsync),
        new("tools", "the model calls .NET methods", ToolsSample.RunAsync),
        new("structured-output", "an answer that is a .NET object", StructuredOutputSample.RunAsync),
        new("embeddings-search", "finds the text that is nearest in meaning", EmbeddingsSearchSample.RunAsync),
        new("images", "makes a picture and saves it", ImagesSample.RunAsync),
        new("speech", "speaks a sentence into a file", SpeechSample.RunAsync),
        new("transcription", "speaks a sentence and hears what it said", TranscriptionSample.RunAsync),
        new("batch", "many requests in one file", BatchSample.RunAsync),
        new("webhook", "an endpoint that takes the API's webhooks", WebhookSample.RunAsync),
        new("realtime", "a session over a websocket", RealtimeSample.RunAsync),
        new("azure", "Azure OpenAI with an Entra token", AzureSample.RunAsync),
        new("dependency-injection", "clients from a container, with their options from configuration", DependencyInjectionSample.RunAsync),
        new("bring-your-own-types", "requests and answers of types of your own", OwnTypesSample.RunAsync),
        new("extensions-ai", "the interfaces of Microsoft.Extensions.AI", ExtensionsAISample.RunAsync),
    ];
}
