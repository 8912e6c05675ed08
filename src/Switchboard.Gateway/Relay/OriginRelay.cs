using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Answers a call whose caller speaks the provider's own dialect: the request goes out as the bytes it came in, save
/// the model's name and what is mended for the model, and so does the answer come back.
/// </summary>
internal sealed class OriginRelay(UpstreamConnection connection, StreamKind kind, TimeProvider time, ILogger logger)
{
    /// <summary>True for models that get the request mended (<see cref="CallOrigin.Mending"/>).</summary>
    public Func<string, bool> Mends { get; init; } = _ => false;

    /// <summary>Answers a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="origin">Its request in the dialect.</param>
    /// <param name="path">Where the request goes, below the provider's base URL.</param>
    /// <param name="model">The model's name at the provider.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, CallOrigin origin, string path, string model, CancellationToken cancellationToken)
    {
        var content = new RequestContent(origin.Body, Edit(call, origin, model));
        try
        {
            IReadOnlyList<KeyValuePair<string, string>> headers = origin.Headers.Count == 0 ? call.ForwardedHeaders : [.. origin.Headers, .. call.ForwardedHeaders];
            var request = connection.CreatePost(path, call.Accept, headers, content);
            if (!call.Facts.Stream)
            {
                return await new UnaryRelay(connection, time, logger, call) { Kind = kind }.RunAsync(request, cancellationToken);
            }

            using var stream = new PassedStream(connection, time, logger, call, kind);
            return await stream.RunAsync(request, cancellationToken);
        }
        finally
        {
            // The body is the caller's again from here on.
            await content.ReleaseAsync();
        }
    }

    private BodyEdits Edit(GatewayCall call, CallOrigin origin, string model)
    {
        var edits = new BodyEdits(Mends(model) ? origin.Mending : null);
        if (origin.NamesModel && model.Length > 0 && (model != call.Facts.Model || origin.ModelSpan.Equals(default)))
        {
            if (origin.ModelSpan.Equals(default))
            {
                edits.AddMember(origin.Body.Span, "model", BodyEdits.Quote(model));
            }
            else
            {
                edits.Replace(origin.ModelSpan, BodyEdits.Quote(model));
            }
        }

        return edits;
    }
}
