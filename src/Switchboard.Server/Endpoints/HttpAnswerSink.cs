using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints;

/// <summary>The answer of a call over an HTTP response.</summary>
internal sealed class HttpAnswerSink(HttpContext context) : IAnswerSink
{
    /// <summary>The call whose answer it is: the head tells of it. Set before the call starts.</summary>
    public GatewayCall? Call { get; set; }

    /// <inheritdoc/>
    public bool IsCommitted { get; private set; }

    /// <inheritdoc/>
    public PipeWriter? Events { get; private set; }

    /// <inheritdoc/>
    public PipeWriter Commit(AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (IsCommitted)
        {
            throw new InvalidOperationException("The answer's head was sent already.");
        }

        IsCommitted = true;
        var response = context.Response;
        response.StatusCode = head.Status;
        response.ContentType = head.ContentType;
        response.ContentLength = head.ContentLength;
        foreach (var (name, value) in head.Headers)
        {
            response.Headers.Append(name, value);
        }

        if (head.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) is true)
        {
            PrepareStream(response);
            Events = response.BodyWriter;
        }

        if (Call is not null)
        {
            CallHeaders.Write(response, Call, head.Dialect);
            CallHeaders.WriteCost(response, Call.NoteHead(head.Status));
            if (Events is not null && Call.Facts.WantsRequestId)
            {
                WriteRequestId(Events, Call.RequestId);
            }
        }

        return response.BodyWriter;
    }

    /// <inheritdoc/>
    public void Abort() => context.Abort();

    // As Dynamo's front end has it: the first thing in the stream, an event without data.
    private static void WriteRequestId(PipeWriter output, string id)
    {
        output.Write("event: request_id\n: \""u8);
        output.Write(JsonEncodedText.Encode(id, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        output.Write("\"\n\n"u8);
    }

    private void PrepareStream(HttpResponse response)
    {
        // Each event must leave at once: no buffer here, none in nginx, none in a cache between.
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";

        // Whoever reads a stream slowly, reads it slowly: back-pressure holds the model up, not a timer.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
