using Switchboard.Client.Webhooks;

namespace Switchboard.Client;

/// <content>Webhooks, which come to the program instead of going out.</content>
public sealed partial class SwitchboardClient
{
    /// <summary>Verifies webhooks and reads their events, with <see cref="SwitchboardClientOptions.WebhookSecret"/>.</summary>
    public WebhooksClient Webhooks => field ??= new(Transport.Options);
}
