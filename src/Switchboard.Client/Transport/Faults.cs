namespace Switchboard.Client.Transport;

/// <summary>Tells in the client's exceptions what went wrong below.</summary>
internal static class Faults
{
    /// <summary>The exception for a fault of the connection or the clock; null for one that goes on as it is: the caller's cancellation, a fault of the program.</summary>
    public static Exception? Translate(Exception fault, ApiCall call, Deadline deadline, CancellationToken caller)
    {
        if (call.Body?.SourceFault is { } source)
        {
            // A file that cannot be read is no fault of the connection.
            return source;
        }

        switch (fault)
        {
            case OperationCanceledException when caller.IsCancellationRequested:
                return new OperationCanceledException("The call was cancelled.", fault, caller);
            case OperationCanceledException when deadline.IsOver:
                return new ApiTimeoutException($"{call.Name} was not answered within {deadline.Time.TotalSeconds:0.###} seconds.", fault);
            case OperationCanceledException { InnerException: TimeoutException }:
                return new ApiTimeoutException($"{call.Name} was not answered within the time of its HttpClient, or of connecting.", fault);
            case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.UserAuthenticationError or HttpRequestError.VersionNegotiationError } refused:
                return new ApiConnectionException($"{call.Name} failed: {refused.Message}", fault, isTransient: false);
            case HttpRequestException or IOException:
                return new ApiConnectionException($"{call.Name} failed: {Innermost(fault).Message}", fault);
            default:
                return null;
        }
    }

    private static Exception Innermost(Exception fault)
    {
        while (fault.InnerException is { } inner)
        {
            fault = inner;
        }

        return fault;
    }
}
