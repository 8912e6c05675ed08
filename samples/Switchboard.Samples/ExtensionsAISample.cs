using Microsoft.Extensions.AI;
using Switchboard.Client;

namespace Switchboard.Samples;

/// <summary>The interfaces of Microsoft.Extensions.AI, for libraries that build on them.</summary>
internal static class ExtensionsAISample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        using var chat = client.AsChatClient(Models.Chat);
        await foreach (var update in chat.GetStreamingResponseAsync("Tell a story of one sentence.", new ChatOptions { MaxOutputTokens = 100 }, cancellationToken))
        {
            await output.WriteAsync(update.Text);
        }

        await output.WriteLineAsync();

        using var embeddings = client.AsEmbeddingGenerator(Models.Embedding);
        var vector = await embeddings.GenerateVectorAsync("A story.", cancellationToken: cancellationToken);
        await output.WriteLineAsync($"{vector.Length} dimensions");
    }
}
