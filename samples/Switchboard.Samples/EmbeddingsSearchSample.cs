using Switchboard.Client;
using Switchboard.Client.Embeddings;
using Switchboard.Protocol.Embeddings;

namespace Switchboard.Samples;

/// <summary>Finds the text that is nearest in meaning to a question.</summary>
internal static class EmbeddingsSearchSample
{
    private static readonly string[] s_texts =
    [
        "Keys are renewed every ninety days.",
        "The canteen opens at noon.",
        "Bicycles stay outside the building.",
    ];

    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        EmbeddingResponse texts = await client.Embeddings.CreateAsync(new EmbeddingRequest(s_texts, Models.Embedding), cancellationToken: cancellationToken);
        EmbeddingResponse query = await client.Embeddings.CreateAsync(new EmbeddingRequest("When can I eat?", Models.Embedding), cancellationToken: cancellationToken);

        var nearest = VectorSearch.FindNearest(query.Data[0].Vector, texts.Data, item => item.Vector, count: 2);

        foreach (var match in nearest)
        {
            await output.WriteLineAsync($"{match.Score:0.00} {s_texts[match.Item.Index]}");
        }
    }
}
