using Microsoft.Extensions.AI;
using Switchboard.Protocol.Embeddings;
using Vector = Microsoft.Extensions.AI.Embedding<float>;

namespace Switchboard.Client.ExtensionsAI;

/// <summary><see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> over embeddings.</summary>
internal sealed class EmbeddingGenerator(SwitchboardClient client, string model, int? dimensions) : IEmbeddingGenerator<string, Vector>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new(client.Transport.Endpoint.ProviderName, client.BaseUrl, model, dimensions);

    public async Task<GeneratedEmbeddings<Vector>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var raw = options?.RawRepresentationFactory?.Invoke(this) as EmbeddingRequest ?? new EmbeddingRequest("", "");
        var request = raw with
        {
            Input = EmbeddingInput.From([.. values]),
            Model = raw.Model.Length > 0 ? raw.Model : options?.ModelId ?? model,
            Dimensions = raw.Dimensions ?? options?.Dimensions ?? dimensions,
            EncodingFormat = raw.EncodingFormat ?? EmbeddingRequestEncodingFormat.Base64,
        };
        EmbeddingResponse response = await client.Embeddings.CreateAsync(request, ExtraMembers.Of(options?.AdditionalProperties), cancellationToken).ConfigureAwait(false);
        return new GeneratedEmbeddings<Vector>(response.Data.OrderBy(item => item.Index).Select(item => new Vector(item.Vector.Values) { ModelId = response.Model }))
        {
            Usage = response.Usage is { } usage ? new UsageDetails { InputTokenCount = usage.PromptTokens, TotalTokenCount = usage.TotalTokens } : null,
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => Services.Find(serviceType, serviceKey, this, _metadata, client);

    public void Dispose()
    {
        // The client is its owner's.
    }
}
