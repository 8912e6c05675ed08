using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Gateway.Pipeline;

/// <summary>
/// How a call ended. Either the answer has been written to the call's sink, or nothing has been and
/// <see cref="Error"/> says what the caller must be told.
/// </summary>
public readonly record struct GatewayOutcome
{
    private GatewayOutcome(GatewayError? error, bool isCallerGone = false)
    {
        Error = error;
        IsCallerGone = isCallerGone;
    }

    /// <summary>The answer was written, whole or with its own error event in the stream.</summary>
    public static GatewayOutcome Answered => default;

    /// <summary>The caller was seen to read no more while the answer was written.</summary>
    public static GatewayOutcome CallerLeft { get; } = new(null, isCallerGone: true);

    /// <summary>True when the caller did not wait for the end of the answer.</summary>
    public bool IsCallerGone { get; }

    /// <summary>Why there is no answer; null when there is one.</summary>
    public GatewayError? Error { get; }

    /// <summary>True when nothing was written and <see cref="Error"/> must be.</summary>
    [MemberNotNullWhen(true, nameof(Error))]
    public bool IsError => Error is not null;

    /// <summary>Nothing was written; the caller must be told <paramref name="error"/>.</summary>
    public static GatewayOutcome Failed(GatewayError error) => new(error);

    /// <summary>A fault where it can still be told; else the answer is cut, which is the one way left to say that it is not whole.</summary>
    internal static GatewayOutcome FailedOrCut(GatewayCall call, GatewayError error)
    {
        if (!call.Sink.IsCommitted)
        {
            return Failed(error);
        }

        call.Fault = error;
        call.Sink.Abort();
        return Answered;
    }
}
