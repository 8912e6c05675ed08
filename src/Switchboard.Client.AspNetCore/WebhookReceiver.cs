using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Client.Webhooks;
using Switchboard.Protocol.Webhooks;

namespace Switchboard.Client.AspNetCore;

/// <summary>Reads, verifies and unwraps the webhook of a request.</summary>
internal sealed partial class WebhookReceiver
{
    private readonly WebhookEndpointOptions _options;
    private readonly WebhooksClient _webhooks;
    private readonly ILogger _log;

    /// <exception cref="InvalidOperationException">There is no secret to verify with.</exception>
    public WebhookReceiver(WebhookEndpointOptions? options, IServiceProvider services)
    {
        _options = options ?? new WebhookEndpointOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.MaxBodyBytes, nameof(WebhookEndpointOptions.MaxBodyBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Tolerance, TimeSpan.Zero, nameof(WebhookEndpointOptions.Tolerance));
        _webhooks = _options.Secrets.Count > 0
            ? new WebhooksClient(_options.Secrets, services.GetService<TimeProvider>())
            : services.GetService<SwitchboardClient>()?.Webhooks
                ?? throw new InvalidOperationException($"There is no secret for webhooks: set {nameof(WebhookEndpointOptions)}.{nameof(WebhookEndpointOptions.Secrets)}, or add a {nameof(SwitchboardClient)} to the services.");
        _log = (ILogger?)services.GetService<ILogger<WebhookReceiver>>() ?? NullLogger.Instance;
    }

    /// <summary>The webhook, or the status that refuses it.</summary>
    /// <exception cref="ApiConfigurationException">The client among the services has no webhook secret.</exception>
    public async Task<(WebhookDelivery? Delivery, int Refusal)> ReceiveAsync(HttpContext context)
    {
        if (await ReadBodyAsync(context.Request, _options.MaxBodyBytes, context.RequestAborted).ConfigureAwait(false) is not { } body)
        {
            LogTooLarge(_log, _options.MaxBodyBytes);
            return (null, StatusCodes.Status413PayloadTooLarge);
        }

        var headers = context.Request.Headers;
        try
        {
            var webhookEvent = _webhooks.Unwrap(body, name => headers.TryGetValue(name, out var values) ? string.Join(' ', values.AsEnumerable()) : null, tolerance: _options.Tolerance);
            return (new WebhookDelivery(headers[WebhookHeaders.IdName].ToString(), webhookEvent, body, context), 0);
        }
        catch (WebhookSignatureException fault)
        {
            LogRefused(_log, fault.Verdict);
        }
        catch (JsonException)
        {
            LogUnreadable(_log);
        }

        return (null, StatusCodes.Status400BadRequest);
    }

    /// <summary>The body's bytes; null when there are too many.</summary>
    private static async Task<byte[]?> ReadBodyAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        if (request.ContentLength > most)
        {
            return null;
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.Buffer.Length > most)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var body = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    [LoggerMessage(101, LogLevel.Warning, "A webhook was refused: {Verdict}")]
    private static partial void LogRefused(ILogger log, WebhookVerdict verdict);

    [LoggerMessage(102, LogLevel.Warning, "A webhook was refused: its body has more than {MaxBodyBytes} bytes")]
    private static partial void LogTooLarge(ILogger log, int maxBodyBytes);

    [LoggerMessage(103, LogLevel.Warning, "A webhook with a good signature cannot be read")]
    private static partial void LogUnreadable(ILogger log);
}
