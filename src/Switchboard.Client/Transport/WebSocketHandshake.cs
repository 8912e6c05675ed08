using System.Net;
using System.Net.WebSockets;
using System.Runtime.ExceptionServices;
using System.Runtime.Versioning;
using Switchboard.Protocol.Errors;

namespace Switchboard.Client.Transport;

/// <summary>Opens a websocket over the client's own connections, so that keys, proxies, redirects and errors are those of every other call.</summary>
internal sealed class WebSocketHandshake(SocketOptions options, string? subProtocol)
{
    private ClientWebSocket? _socket;

    /// <summary>Sends the handshake of one attempt.</summary>
    /// <returns>The answer; its status is 101 when there is a websocket.</returns>
    public async Task<HttpResponseMessage> SendAsync(HttpSender sender, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        _socket = socket;
        if (subProtocol is not null)
        {
            socket.Options.AddSubProtocol(subProtocol);
        }

        try
        {
            return OperatingSystem.IsBrowser()
                ? await SendInBrowserAsync(socket, message, cancellationToken).ConfigureAwait(false)
                : await SendAsync(socket, sender, message, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException fault)
        {
            socket.Dispose();
            throw new ApiConnectionException($"The websocket could not be opened: {fault.Message}", fault, isTransient: false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The websocket of an attempt that succeeded.</summary>
    /// <exception cref="ApiResponseException">The server answered well and opened none.</exception>
    public static async ValueTask<WebSocket> TakeAsync(WebSocketHandshake handshake, Exchange exchange, CancellationToken cancellationToken)
    {
        if (exchange.Response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            exchange.Keep();
            return handshake._socket!;
        }

        using var body = await exchange.ReadBodyAsync(cancellationToken).ConfigureAwait(false);
        throw new ApiResponseException(
            $"{exchange.Call.Name} was answered {(int)exchange.Response.StatusCode} and no websocket: is the base URL right?",
            exchange.Response,
            body.WrittenSpan[..Math.Min(body.Length, ApiError.LongestBody)].ToArray());
    }

    private static async Task<HttpResponseMessage> SendInBrowserAsync(ClientWebSocket socket, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        AddKeyAsSubProtocol(socket, message);
        await socket.ConnectAsync(AddressOf(message), cancellationToken).ConfigureAwait(false);
        return new HttpResponseMessage(HttpStatusCode.SwitchingProtocols);
    }

    [UnsupportedOSPlatform("browser")]
    private async Task<HttpResponseMessage> SendAsync(ClientWebSocket socket, HttpSender sender, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        socket.Options.KeepAliveInterval = options.KeepAliveInterval;
        socket.Options.KeepAliveTimeout = options.KeepAliveTimeout;
        using var sending = new Sending(sender, message);
        using var invoker = new HttpMessageInvoker(sending, disposeHandler: false);
        try
        {
            await socket.ConnectAsync(AddressOf(message), invoker, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException) when (sending.Refusal is not null)
        {
            return sending.Refusal;
        }
        catch (WebSocketException)
        {
            sending.Fault?.Throw();
            throw;
        }

        return sending.Response!;
    }

    private static Uri AddressOf(HttpRequestMessage message) =>
        new UriBuilder(message.RequestUri!) { Scheme = message.RequestUri!.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs }.Uri;

    // A page cannot set headers: these names are what the server takes in their place.
    private static void AddKeyAsSubProtocol(ClientWebSocket socket, HttpRequestMessage message)
    {
        Add("openai-insecure-api-key.", "Authorization", "Bearer ");
        Add("openai-organization.", "OpenAI-Organization", "");
        Add("openai-project.", "OpenAI-Project", "");

        void Add(string prefix, string header, string scheme)
        {
            if (message.Headers.NonValidated.TryGetValues(header, out var values) && values.ToString() is var value && value.StartsWith(scheme, StringComparison.Ordinal))
            {
                socket.Options.AddSubProtocol(prefix + value[scheme.Length..]);
            }
        }
    }

    /// <summary>Puts the call's headers on the handshake and sends it by the client's own way.</summary>
    private sealed class Sending(HttpSender sender, HttpRequestMessage call) : HttpMessageHandler
    {
        public HttpResponseMessage? Response { get; private set; }

        /// <summary>The answer when it is another than a websocket.</summary>
        public HttpResponseMessage? Refusal => Response is { StatusCode: not HttpStatusCode.SwitchingProtocols } refusal ? refusal : null;

        public ExceptionDispatchInfo? Fault { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // The way below knows http and https alone.
            request.RequestUri = call.RequestUri;
            foreach (var (name, values) in call.Headers.NonValidated)
            {
                if (!request.Headers.NonValidated.Contains(name))
                {
                    request.Headers.TryAddWithoutValidation(name, values);
                }
            }

            try
            {
                Response = await sender.SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                Fault = ExceptionDispatchInfo.Capture(fault);
                throw;
            }

            // The websocket would throw the error's body away: it is read by who asked.
            return Refusal is null ? Response : throw new WebSocketException(WebSocketError.NotAWebSocket);
        }
    }
}
