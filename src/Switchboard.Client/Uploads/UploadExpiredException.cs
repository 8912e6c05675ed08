namespace Switchboard.Client.Uploads;

/// <summary>An upload was not completed in time, or was cancelled: its parts are gone. Upload the file anew.</summary>
public sealed class UploadExpiredException : ApiException
{
    internal UploadExpiredException(string uploadId, DateTimeOffset? expiresAt, Exception? cause = null)
        : base($"The upload '{uploadId}' {(expiresAt is { } time ? $"expired at {time:u}" : "takes no more parts")}. Upload the file anew.", cause)
    {
        UploadId = uploadId;
        ExpiresAt = expiresAt;
    }

    /// <summary>Id of the upload.</summary>
    public string UploadId { get; }

    /// <summary>When it expired; null when the server did not say.</summary>
    public DateTimeOffset? ExpiresAt { get; }
}
