namespace Switchboard.Client;

/// <summary>A job that was waited for failed, expired or was cancelled; thrown only with <see cref="PollingOptions.ThrowsOnFailure"/>.</summary>
public sealed class JobFailedException : ApiException
{
    internal JobFailedException(string name, string status, object job)
        : base($"{name} ended as '{status}'.")
    {
        Status = status;
        Job = job;
    }

    /// <summary>How it ended, in the server's word.</summary>
    public string Status { get; }

    /// <summary>The job as it was last seen: a <c>Batch</c>, a <c>Video</c> …</summary>
    public object Job { get; }
}

/// <summary>A job was not over within <see cref="PollingOptions.Timeout"/>. It goes on: wait again, or cancel it.</summary>
public sealed class JobTimeoutException : ApiException
{
    internal JobTimeoutException(string name, string status, object job, TimeSpan waited)
        : base($"{name} is still '{status}' after {waited.TotalSeconds:0.###} seconds.")
    {
        Status = status;
        Job = job;
    }

    /// <summary>What it was doing, in the server's word.</summary>
    public string Status { get; }

    /// <summary>The job as it was last seen: a <c>Batch</c>, a <c>Video</c> …</summary>
    public object Job { get; }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
