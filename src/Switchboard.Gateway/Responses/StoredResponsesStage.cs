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
/// Answers calls for responses and conversations that the gateway keeps: those whose id is one of ours, and new
/// conversations where no provider can make them. Responses of one conversation wait for each other. All others go on.
/// </summary>
internal sealed class StoredResponsesStage(ProviderServices services, ConversationSettings settings) : IGatewayStage
{
    private readonly StoredCalls _calls = new(services);
    private readonly TurnGate _gate = new(services.Shared, services.TimeProvider);

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        if (call.Operation == ApiOperation.Responses && ConversationOf(call) is { } conversation)
        {
            return RunAsync(call, next, conversation, cancellationToken);
        }

        if (call.Operation != ApiOperation.Other || !StoredCalls.IsOne(call))
        {
            return next(call, cancellationToken);
        }

        return ResponseIds.IsOurs(StoredCalls.IdOf(call)) ? _calls.AnswerAsync(call, cancellationToken)
            : StoredCalls.IsNewConversation(call) ? MakeAsync(call, next, cancellationToken)
            : next(call, cancellationToken);
    }

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
                ? ConversationIds.OfOpenAI(System.Text.Encoding.UTF8.GetString(name)) : null;
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

    private async ValueTask<GatewayOutcome> MakeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        var outcome = await next(call, cancellationToken);
        return outcome is { IsError: true, Error.Body.Code: "unsupported_operation" } ? await _calls.AnswerAsync(call, cancellationToken) : outcome;
    }
}
