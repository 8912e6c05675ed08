using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.Local.Models;
using Switchboard.Gateway.Providers.Local.Requests;

namespace Switchboard.Gateway.Providers.Local;

/// <summary>Embeddings with a local model.</summary>
internal sealed class LocalEmbeddings(TimeProvider time)
{
    /// <summary>Answers a call.</summary>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, LocalModel model, CancellationToken cancellationToken)
    {
        if (EmbeddingRequest.Read(call.Body.Span, out var error) is null)
        {
            return new(GatewayOutcome.Failed(error!));
        }

        return new(GatewayOutcome.Failed(GatewayError.Overloaded($"Not yet ({time.GetUtcNow():u}).", TimeSpan.FromSeconds(1))));
    }
}
