using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Switchboard.Client.AspNetCore;

/// <summary>Endpoints for the OpenAI API's webhooks.</summary>
public static class WebhookEndpoints
{
    /// <summary>
    /// Adds an endpoint that takes webhooks by POST: a body that is too large is answered 413, one that is not the sender's or not fresh 400, and
    /// the others 200 when the handler is done with them. A handler that fails makes it 500, and the sender tries again later.
    /// </summary>
    /// <remarks>The sender does not wait long: let the handler put long work in a queue.</remarks>
    /// <param name="endpoints">Where endpoints are added.</param>
    /// <param name="pattern">The route, such as <c>/webhooks/openai</c>.</param>
    /// <param name="handler">What is done with a webhook.</param>
    /// <param name="options">How webhooks are taken; null for the defaults.</param>
    /// <exception cref="InvalidOperationException">There is no secret: neither in the options nor a <see cref="SwitchboardClient"/> among the services.</exception>
    /// <exception cref="ArgumentException">A value of the options cannot work.</exception>
    public static IEndpointConventionBuilder MapOpenAIWebhook(this IEndpointRouteBuilder endpoints, string pattern, Func<WebhookDelivery, Task> handler, WebhookEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(handler);
        var receiver = new WebhookReceiver(options, endpoints.ServiceProvider);
        return endpoints.MapPost(pattern, async context =>
        {
            var (delivery, refusal) = await receiver.ReceiveAsync(context).ConfigureAwait(false);
            if (delivery is null)
            {
                context.Response.StatusCode = refusal;
                return;
            }

            await handler(delivery).ConfigureAwait(false);
        });
    }

    /// <summary>The webhook that a <see cref="WebhookEndpointFilter"/> let through.</summary>
    /// <exception cref="InvalidOperationException">The endpoint has no such filter.</exception>
    public static WebhookDelivery GetWebhook(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<WebhookDelivery>() ?? throw new InvalidOperationException($"There is no webhook: add a {nameof(WebhookEndpointFilter)} to the endpoint.");
    }
}
