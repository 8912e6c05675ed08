using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Providers.Local;

/// <summary>The engine's expected failures as errors for the caller.</summary>
internal static class LocalFaults
{
    private static readonly TimeSpan s_retryWhenBusy = TimeSpan.FromSeconds(2);

    /// <summary>The error, or null for a bug, which is nobody's answer.</summary>
    /// <param name="fault">What the engine threw.</param>
    /// <param name="operation">What was asked for; it decides which member a fault is blamed on.</param>
    /// <param name="cancellationToken">The caller's; when it has fired, a cancellation is the caller's own.</param>
    public static GatewayError? ToError(Exception fault, ApiOperation operation, CancellationToken cancellationToken) => fault switch
    {
        PromptTooLongException tooLong => TooLong(tooLong, operation == ApiOperation.ChatCompletions ? "messages" : "prompt"),
        ChatTemplateException template => GatewayError.InvalidRequest(template.Message, "messages", "invalid_value"),
        EngineBusyException busy => GatewayError.Overloaded($"The local engine is busy: {busy.Queued} requests wait already. Try again in a moment.", s_retryWhenBusy),
        ModelFileException => new GatewayError(500, new ErrorBody("The model's file can no longer be used; the log says why.", ErrorTypes.Api, null, "model_unusable")),
        EngineFaultException => new GatewayError(500, new ErrorBody("The local engine failed to go on with this answer.", ErrorTypes.Api, null, "engine_failed")),
        ObjectDisposedException or OperationCanceledException when !cancellationToken.IsCancellationRequested =>
            GatewayError.Overloaded("The local engine is closing. Try again in a moment.", s_retryWhenBusy),
        _ => null,
    };

    // The words that programs look for to shorten a conversation.
    private static GatewayError TooLong(PromptTooLongException fault, string member) => GatewayError.InvalidRequest(
        $"This model's maximum context length is {fault.ContextLength} tokens. However, your {member} resulted in {fault.PromptTokens} tokens. Please reduce the length of the {member}.",
        member,
        "context_length_exceeded");
}
