namespace Switchboard.Client.Transport;

/// <summary>Traces and measures one call.</summary>
#pragma warning disable CA1822 // Filled by the telemetry branch.
internal sealed class CallTelemetry : IDisposable
{
    /// <summary>Begins; null when nobody listens.</summary>
    public static CallTelemetry? Start(ApiCall call) => null;

    /// <summary>Another attempt follows.</summary>
    public void Retrying(int attempt, ApiException fault)
    {
    }

    /// <summary>The call has its whole result.</summary>
    public void Answered(ApiResult result, object? value)
    {
    }

    /// <summary>A stream's head is there.</summary>
    public void Connected(ApiResult result)
    {
    }

    /// <summary>An event of the stream came.</summary>
    public void Received<T>(T value)
    {
    }

    /// <summary>The stream came to its proper end.</summary>
    public void Ended()
    {
    }

    /// <summary>The call failed.</summary>
    public void Failed(Exception fault)
    {
    }

    /// <summary>The call is over; of a stream that was left, too.</summary>
    public void Dispose()
    {
    }
}
