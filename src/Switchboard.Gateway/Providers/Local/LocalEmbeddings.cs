using Switchboard.Engine.Embeddings;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.Local.Answers;
using Switchboard.Gateway.Providers.Local.Models;
using Switchboard.Gateway.Providers.Local.Requests;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.Local;

/// <summary>Embeddings with a local model.</summary>
internal sealed class LocalEmbeddings(EmbedderCache embedders)
{
    /// <summary>Answers a call.</summary>
    public async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, LocalModel model, CancellationToken cancellationToken)
    {
        if (EmbeddingRequest.Read(call.EditedBody.Span, out var error) is not { } request)
        {
            return GatewayOutcome.Failed(error!);
        }

        var embedder = await embedders.LoadAsync(model).WaitAsync(cancellationToken);
        if (request.Dimensions > embedder.Dimensions)
        {
            return GatewayOutcome.Failed(RequestFaults.Value("dimensions", $"an integer between 1 and {embedder.Dimensions}", $"the number {request.Dimensions}"));
        }

        var vectors = new float[request.Inputs.Count][];
        var words = 0;
        for (var i = 0; i < vectors.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            words += Embed(embedder, request.Inputs[i], request.Dimensions ?? embedder.Dimensions, out vectors[i]);
        }

        call.Usage = new TokenUsage(words, 0);
        call.Notes = new AnswerNotes(model.Name, AnswerEnds.None);
        return await WholeAnswer.SendAsync(call, json => EmbeddingAnswer.Write(json, model.Name, vectors, request.Base64, words), cancellationToken);
    }

    private static int Embed(EmbeddingModel embedder, string text, int dimensions, out float[] vector)
    {
        var whole = new float[embedder.Dimensions];
        var words = embedder.Embed(text, whole);
        vector = dimensions == whole.Length ? whole : Shorten(whole.AsSpan(0, dimensions));
        return words;
    }

    // A cut vector is not of length 1 any more; callers compare by the dot product.
    private static float[] Shorten(ReadOnlySpan<float> vector)
    {
        var square = 0.0;
        foreach (var value in vector)
        {
            square += (double)value * value;
        }

        var shortened = vector.ToArray();
        if (square < 1e-12)
        {
            shortened[0] = 1;
            return shortened;
        }

        var factor = 1 / Math.Sqrt(square);
        for (var i = 0; i < shortened.Length; i++)
        {
            shortened[i] = (float)(shortened[i] * factor);
        }

        return shortened;
    }
}
