using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Conversations;

/// <summary>What is wrong with a turn, or with the conversation that it is for.</summary>
public static class ConversationErrors
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(2);

    /// <summary>404: the tenant has no such conversation.</summary>
    /// <param name="uuid">Its id, as it was asked for.</param>
    public static GatewayError NotFound(string uuid) =>
        new(404, new ErrorBody($"There is no conversation '{uuid}'.", ErrorTypes.InvalidRequest, "conversation_id", "conversation_not_found"));

    /// <summary>409: the turn before takes longer than this one may wait.</summary>
    public static GatewayError Busy { get; } = new(
        409,
        new ErrorBody("Another message of this conversation is being answered, and takes long. Send this one again when it is done.", ErrorTypes.InvalidRequest, "conversation_id", "conversation_busy"),
        s_soon);

    /// <summary>409: something else was added to the conversation, or it was deleted, while the turn was answered.</summary>
    public static GatewayError Changed { get; } = new(
        409,
        new ErrorBody("The conversation was changed while this message was answered, so neither of the two was kept. Send it again.", ErrorTypes.InvalidRequest, "conversation_id", "conversation_changed"));

    internal static GatewayError NoModel { get; } = GatewayError.InvalidRequest("No model that could answer is to be found: name one in 'model', or set conversations.model.", "model", "model_not_found");
}
