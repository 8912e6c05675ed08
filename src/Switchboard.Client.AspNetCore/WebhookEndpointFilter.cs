using Microsoft.AspNetCore.Http;

namespace Switchboard.Client.AspNetCore;

/// <summary>Lets a request through to its endpoint only when it is a webhook that is its sender's and fresh.</summary>
/// <example><code>
/// app.MapPost("/webhooks", (HttpContext context) => Handle(context.GetWebhook().Event)).AddEndpointFilter(new WebhookEndpointFilter());
/// </code></example>
/// <param name="options">How webhooks are taken; null for the defaults.</param>
/// <remarks>The endpoint's own parameters must not take the body: it is read here.</remarks>
public sealed class WebhookEndpointFilter(WebhookEndpointOptions? options = null) : IEndpointFilter
{
    private WebhookReceiver? _receiver;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is no secret to verify with.</exception>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var receiver = _receiver ??= new WebhookReceiver(options, context.HttpContext.RequestServices);
        var (delivery, refusal) = await receiver.ReceiveAsync(context.HttpContext).ConfigureAwait(false);
        if (delivery is null)
        {
            return Results.StatusCode(refusal);
        }

        context.HttpContext.Features.Set(delivery);
        return await next(context).ConfigureAwait(false);
    }
}
