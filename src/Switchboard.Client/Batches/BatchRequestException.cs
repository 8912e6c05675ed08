using Switchboard.Protocol.Errors;

namespace Switchboard.Client.Batches;

/// <summary>One request of a batch failed, and its answer was asked for.</summary>
public sealed class BatchRequestException : ApiException
{
    internal BatchRequestException(string customId, int? status, ApiError error)
        : base($"The request '{customId}' of the batch failed. {error}")
    {
        CustomId = customId;
        Status = status;
        Error = error;
    }

    /// <summary>Your name for the request.</summary>
    public string CustomId { get; }

    /// <summary>The HTTP status of its answer; null when it was not answered.</summary>
    public int? Status { get; }

    /// <summary>What the server says.</summary>
    public ApiError Error { get; }

    /// <inheritdoc/>
    public override bool IsTransient => Error.GetKind(Status ?? 200).IsWorthRetrying();
}
