using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Responses;

namespace Switchboard.Gateway.Responses;

/// <summary>
/// Lets responses of one conversation that the gateway keeps wait for each other. Who waits takes no place of those who
/// are answered: however many ask for one conversation, the others do not notice.
/// </summary>
internal sealed class ConversationTurnStage(ProviderServices services, ConversationSettings settings, ServerSettings server) : IGatewayStage
{
    private readonly TurnGate _gate = new(services.Shared, services.TimeProvider) { MostWaiting = server.MaxConcurrency + server.MaxQueue };

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken) =>
        call.Operation == ApiOperation.Responses && ConversationOf(call) is { } conversation
            ? RunAsync(call, next, conversation, cancellationToken)
            : next(call, cancellationToken);

    // Most bodies have no such bytes at all.
    private static string? ConversationOf(GatewayCall call)
    {
        if (call.Body.Span.IndexOf(ResponseIds.ConversationHeadUtf8) < 0)
        {
            return null;
        }

        using var body = JsonDocument.Parse(call.Body, RequestReader.DocumentOptions);
        return body.RootElement.Find("conversation"u8) is not { } conversation ? null
            : (conversation.ValueKind == JsonValueKind.String ? conversation.Utf8() : conversation.Find("id"u8) is { } id ? id.Utf8() : default) is { IsEmpty: false } name
                ? ConversationIds.OfOpenAI(Encoding.UTF8.GetString(name)) : null;
    }

    private async ValueTask<GatewayOutcome> RunAsync(GatewayCall call, GatewayStep next, string conversation, CancellationToken cancellationToken)
    {
        var place = await _gate.EnterAsync($"{StoredCalls.TenantOf(call)}/{conversation}", settings.MaxWait, cancellationToken);
        if (place is null)
        {
            return GatewayOutcome.Failed(ConversationErrors.Busy);
        }

        await using (place)
        {
            return await next(call, cancellationToken);
        }
    }
}
