using Microsoft.AspNetCore.Http;
using Switchboard.Protocol.Webhooks;

namespace Switchboard.Client.AspNetCore;

/// <summary>A webhook that is its sender's and fresh.</summary>
public sealed class WebhookDelivery
{
    internal WebhookDelivery(string id, WebhookEvent webhookEvent, ReadOnlyMemory<byte> body, HttpContext context)
    {
        Id = id;
        Event = webhookEvent;
        Body = body;
        Context = context;
    }

    /// <summary>The header <c>webhook-id</c>. A webhook may come more than once, with the same id each time: remember those that are done with.</summary>
    public string Id { get; }

    /// <summary>What happened; <see cref="UnknownWebhookEvent"/> for an event that no type is made for.</summary>
    public WebhookEvent Event { get; }

    /// <summary>The body as it came.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The request and its services.</summary>
    public HttpContext Context { get; }
}
