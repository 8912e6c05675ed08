using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Admission;

/// <summary>A limit as calls meet it: the time they wait is noted, and who finds no place is told whose limit it is.</summary>
/// <param name="limit">The limit.</param>
/// <param name="whose">Whose limit it is, as the beginning of a sentence.</param>
/// <param name="time">The clock.</param>
internal sealed class AdmissionGate(ConcurrencyLimit limit, string whose, TimeProvider time)
{
    // How long others take is not known here: soon.
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The places behind the gate.</summary>
    public ConcurrencyLimit Limit => limit;

    /// <summary>True where who comes now would have to wait.</summary>
    public bool IsFull => limit.IsFull;

    /// <summary>Takes a place for a call, or says why there is none. Who got one must <see cref="Leave"/>.</summary>
    /// <exception cref="OperationCanceledException">The caller left while waiting.</exception>
    public ValueTask<GatewayError?> EnterAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var entering = limit.EnterAsync(cancellationToken);
        return entering.IsCompletedSuccessfully ? new(Refusal(call, entering.Result)) : new(WaitAsync(call, entering));
    }

    /// <summary>Gives the place back.</summary>
    public void Leave() => limit.Leave();

    private async Task<GatewayError?> WaitAsync(GatewayCall call, ValueTask<Admittance> entering)
    {
        var since = time.GetTimestamp();
        try
        {
            return Refusal(call, await entering);
        }
        finally
        {
            call.Timings.Add(CallTimings.Queue, time.GetElapsedTime(since));
        }
    }

    private GatewayError? Refusal(GatewayCall call, Admittance admittance)
    {
        if (admittance == Admittance.Entered)
        {
            return null;
        }

        AdmissionMetrics.Refuse(admittance == Admittance.QueueFull);
        call.Watch?.Tell("switchboard.overloaded", new("switchboard.limit.scope", limit.Name), new("switchboard.limit.kind", admittance == Admittance.QueueFull ? "queue_full" : "queue_timeout"));
        return admittance == Admittance.QueueFull
            ? GatewayError.Overloaded($"{whose} is answering as many requests as it may, and as many wait as may. Try again in a moment.", s_retryAfter)
            : GatewayError.Overloaded($"{whose} was busy for as long as a request may wait (server.queue_timeout). Try again in a moment.", s_retryAfter);
    }
}
