using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;
using Switchboard.Protocol.Errors;
using Switchboard.Server.Endpoints.Conversations;
using Switchboard.Server.Logging;

namespace Switchboard.Server.Endpoints;

/// <summary>The one place that turns a <see cref="GatewayError"/> into an HTTP answer.</summary>
internal sealed class ErrorWriter(GatewayRuntime runtime)
{
    // Who refuses without knowing when there is room again says: soon.
    private const int UsualRetrySeconds = 1;

    /// <summary>Writes the error; the answer must not have begun.</summary>
    public async Task WriteAsync(HttpContext context, GatewayError error, CancellationToken cancellationToken)
    {
        error = Hide(error);
        RequestScope.Current?.Error = error.Body.Code ?? error.Body.Type;
        var server = runtime.Configuration.Server;
        var response = context.Response;
        var dialect = CallerDialect.Of(context);
        response.StatusCode = dialect == ApiDialect.OpenAI ? StatusOf(error, server) : DialectErrors.StatusOf(dialect, error);
        response.ContentType = "application/json";
        response.Headers.XContentTypeOptions = "nosniff";
        foreach (var (name, value) in error.Headers)
        {
            response.Headers[name] = value;
        }

        SetRetryAfter(response, error.RetryAfter);
        var body = new ArrayBufferWriter<byte>(256);
        if (dialect != ApiDialect.OpenAI)
        {
            DialectErrors.Write(dialect, body, error, context.TraceIdentifier);
        }
        else if (ConversationAnswers.AreFor(context))
        {
            ConversationAnswers.Write(body, error.Body);
        }
        else if (server.Compat == ApiCompat.Dynamo)
        {
            DynamoErrors.Write(body, context, error, response.StatusCode, server.MaxBodyMegabytes);
        }
        else
        {
            error.Body.WriteTo(body);
        }

        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, cancellationToken);
    }

    // What was wrong is often told in the caller's own words, and errors end up in logs.
    private static GatewayError Hide(GatewayError error) =>
        KeyText.Hide(error.Body.Message) is var message && ReferenceEquals(message, error.Body.Message) ? error : error with { Body = error.Body with { Message = message } };

    private static int StatusOf(GatewayError error, ServerSettings server) =>
        server.Compat == ApiCompat.Dynamo && DynamoErrors.StatusOf(error) is { } status ? status
        : error is { Status: StatusCodes.Status503ServiceUnavailable, Body.Type: ErrorTypes.Overloaded }
            ? server.OverloadStatus
            : error.Status;

    private static void SetRetryAfter(HttpResponse response, TimeSpan? retryAfter)
    {
        if (retryAfter == GatewayError.Never)
        {
            return;
        }

        if (retryAfter is { } wait)
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }
        else if (response.StatusCode is 429 or 503 or 529 && !response.Headers.ContainsKey(HeaderNames.RetryAfter))
        {
            response.Headers.RetryAfter = UsualRetrySeconds.ToString(CultureInfo.InvariantCulture);
        }
    }
}
