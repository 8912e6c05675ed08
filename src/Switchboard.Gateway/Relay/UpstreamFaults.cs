using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// What goes wrong between here and a provider, as errors for the caller. They name the provider and the kind of
/// fault; an address, a key or another's text is never in them.
/// </summary>
internal static class UpstreamFaults
{
    /// <summary>The code of an answer that is none. Not with the word invalid, in which npm <c>ai</c> sees the request's fault.</summary>
    public const string InvalidResponse = "upstream_bad_response";

    /// <summary>The code of an answer that ends too early.</summary>
    public const string Incomplete = "upstream_incomplete";

    /// <summary>The code of a provider that could not be reached.</summary>
    public const string Unreachable = "upstream_unreachable";

    /// <summary>True for what the network does, as opposed to a bug.</summary>
    public static bool IsNetwork(Exception exception) => exception is HttpRequestException or IOException or SocketException;

    /// <summary>A failed request or a failed read of its answer.</summary>
    public static GatewayError From(string provider, Exception exception) => exception is SigningException signing ? signing.Error : KindOf(exception) switch
    {
        HttpRequestError.NameResolutionError => Unreached(provider, "its host name is not known"),
        HttpRequestError.SecureConnectionError => Unreached(provider, "no secure connection could be made (TLS)"),
        HttpRequestError.ConnectionError => Unreached(provider, ReasonOf(exception)),
        HttpRequestError.ResponseEnded => Cut(provider),
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded =>
            Invalid(provider, "an answer that is not valid HTTP"),
        _ => exception.InnerException is AuthenticationException
            ? Unreached(provider, "no secure connection could be made (TLS)")
            : GatewayError.Upstream($"The connection to the provider '{provider}' was lost before its answer was complete.", Incomplete),
    };

    /// <summary>No head of an answer in time.</summary>
    public static GatewayError TimedOut(string provider, TimeSpan limit) =>
        GatewayError.UpstreamTimeout($"The provider '{provider}' did not answer within {Seconds(limit)}.");

    /// <summary>A stream that has gone silent.</summary>
    public static GatewayError Stalled(string provider, TimeSpan limit) =>
        GatewayError.UpstreamTimeout($"The provider '{provider}' sent nothing for {Seconds(limit)} in the middle of its answer.");

    /// <summary>A stream that does not come to its end.</summary>
    public static GatewayError TookTooLong(string provider, TimeSpan limit) =>
        GatewayError.UpstreamTimeout($"The provider '{provider}' did not finish its answer within {Seconds(limit)}.");

    /// <summary>An answer that ends before it is complete.</summary>
    public static GatewayError Cut(string provider) =>
        GatewayError.Upstream($"The provider '{provider}' ended its answer before it was complete.", Incomplete);

    /// <summary>An answer in an encoding that was not asked for.</summary>
    public static GatewayError Compressed(string provider) => Invalid(provider, "a compressed answer, which was not asked for");

    /// <summary>An answer that is none.</summary>
    public static GatewayError Invalid(string provider, string what) =>
        GatewayError.Upstream($"The provider '{provider}' gave {what}.", InvalidResponse);

    private static GatewayError Unreached(string provider, string reason) =>
        GatewayError.Upstream($"The provider '{provider}' cannot be reached: {reason}.", Unreachable);

    private static HttpRequestError KindOf(Exception exception) => exception switch
    {
        HttpRequestException { InnerException: HttpIOException inner, HttpRequestError: HttpRequestError.Unknown } => inner.HttpRequestError,
        HttpRequestException request => request.HttpRequestError,
        HttpIOException read => read.HttpRequestError,
        _ => HttpRequestError.Unknown,
    };

    private static string ReasonOf(Exception exception) => (exception.InnerException as SocketException)?.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "the connection was refused",
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "its host name is not known",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no way to its host",
        SocketError.ConnectionReset => "the connection was reset",
        SocketError.TimedOut => "the connection took too long",
        _ => "no connection could be made",
    };

    private static string Seconds(TimeSpan limit) => string.Create(CultureInfo.InvariantCulture, $"{limit.TotalSeconds:0.###} s");
}
