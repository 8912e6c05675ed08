using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Switchboard.Client.Transport;

/// <summary>The one way by which every operation is sent.</summary>
internal sealed class ApiTransport : IDisposable
{
    private readonly HttpSender _sender;
    private readonly RetryPolicy _retries;
    private readonly ILogger _log;
    private readonly bool _isOwner;

    /// <param name="options">The options, resolved.</param>
    /// <param name="shared">The connections of another client; null to make own ones.</param>
    /// <param name="endpoint">The server; null for the one that the options name.</param>
    public ApiTransport(SwitchboardClientOptions options, ApiTransport? shared, ApiEndpoint? endpoint = null)
    {
        Options = options;
        Endpoint = endpoint ?? EndpointOf(options);
        _isOwner = shared is null;
        _sender = shared?._sender ?? new HttpSender(options);
        _retries = new RetryPolicy(options.MaxRetryAfter, options.TimeProvider);
        _log = options.LoggerFactory?.CreateLogger("Switchboard.Client") ?? NullLogger.Instance;
    }

    /// <summary>The options as they were resolved.</summary>
    public SwitchboardClientOptions Options { get; }

    public ApiEndpoint Endpoint { get; }

    /// <summary>The server that resolved options name.</summary>
    /// <exception cref="ArgumentException">They name none that can be called.</exception>
    public static ApiEndpoint EndpointOf(SwitchboardClientOptions options) =>
        options.Azure is { } azure ? new AzureEndpoint(azure) : new OpenAIEndpoint(options, options.BaseUrl ?? SwitchboardClientOptions.OpenAIBaseUrl);

    /// <summary>Sends a request whose answer is JSON.</summary>
    public Task<ApiResult<T>> SendAsync<T>(ApiRequest request, PayloadReader<T> reader, CancellationToken cancellationToken) =>
        CallAsync(request, AnswerKind.Json, null, reader, ReadValueAsync, static result => result, cancellationToken);

    /// <summary>Sends a request whose answer has no body that matters.</summary>
    public Task<ApiResult> SendAsync(ApiRequest request, CancellationToken cancellationToken) =>
        CallAsync(request, AnswerKind.Json, null, request, static (_, exchange, _) => new ValueTask<ApiResult>(exchange.Result()), static result => result, cancellationToken);

    /// <summary>Sends a request whose answer is bytes, which the caller reads.</summary>
    public Task<ApiContent> SendForContentAsync(ApiRequest request, CancellationToken cancellationToken) =>
        CallAsync(request, AnswerKind.Content, null, request, static (_, exchange, left) => ApiContent.OpenAsync(exchange.Call, exchange, left), static content => content.Result, cancellationToken);

    /// <summary>A stream that sends its request when it is first read.</summary>
    public ApiStream<T> Stream<T>(ApiRequest request, PayloadReader<T> reader, CancellationToken cancellationToken) => new(this, request, reader, cancellationToken);

    /// <summary>Sends a stream's request and waits for its head.</summary>
    public Task<EventConnection> ConnectAsync(ApiCall call, CancellationToken cancellationToken) =>
        RunAsync(call, call, EventConnection.OpenAsync, cancellationToken);

    /// <summary>Opens a websocket.</summary>
    public Task<WebSocket> OpenSocketAsync(ApiRequest request, WebSocketHandshake handshake, CancellationToken cancellationToken) =>
        CallAsync(request, AnswerKind.Json, handshake, handshake, WebSocketHandshake.TakeAsync, static _ => null, cancellationToken);

    public void Dispose()
    {
        if (_isOwner)
        {
            _sender.Dispose();
        }
    }

    private static async ValueTask<ApiResult<T>> ReadValueAsync<T>(PayloadReader<T> reader, Exchange exchange, CancellationToken cancellationToken)
    {
        using var body = await exchange.ReadBodyAsync(cancellationToken).ConfigureAwait(false);
        var result = exchange.Result(exchange.Parse(reader, body.WrittenSpan));
        exchange.Call.Telemetry?.Read(body.WrittenSpan);
        return result;
    }

    /// <summary>A call from its beginning to its end, told to whoever traces it.</summary>
    private async Task<TResult> CallAsync<TState, TResult>(
        ApiRequest request,
        AnswerKind kind,
        WebSocketHandshake? handshake,
        TState state,
        Func<TState, Exchange, CancellationToken, ValueTask<TResult>> read,
        Func<TResult, ApiResult?> resultOf,
        CancellationToken cancellationToken)
    {
        using var call = new ApiCall(request, Options, Endpoint, kind) { Handshake = handshake };
        using var telemetry = CallTelemetry.Start(call);
        try
        {
            var answer = await RunAsync(call, state, read, cancellationToken).ConfigureAwait(false);
            if (telemetry is not null && resultOf(answer) is { } result)
            {
                telemetry.Answered(result);
            }

            return answer;
        }
        catch (Exception fault)
        {
            telemetry?.Failed(fault);
            throw;
        }
    }

    /// <summary>Attempt after attempt, until one gives a result or the policy gives up.</summary>
    private async Task<TResult> RunAsync<TState, TResult>(
        ApiCall call,
        TState state,
        Func<TState, Exchange, CancellationToken, ValueTask<TResult>> read,
        CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await AttemptAsync(call, attempt, state, read, cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException fault)
            {
                fault.Retries = attempt;
                var delay = attempt < call.MaxRetries && call.Body?.CanResend is not false ? _retries.DelayAfter(fault, attempt + 1) : null;
                if (delay is null)
                {
                    TransportLog.Failed(_log, call.Name, attempt + 1, fault.GetType().Name);
                    throw;
                }

                TransportLog.Retrying(_log, call.Name, attempt + 1, fault.GetType().Name, delay.Value);
                call.Telemetry?.Retrying(attempt + 1, fault);
                await Task.Delay(delay.Value, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<TResult> AttemptAsync<TState, TResult>(
        ApiCall call,
        int attempt,
        TState state,
        Func<TState, Exchange, CancellationToken, ValueTask<TResult>> read,
        CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(call.Timeout, Options.TimeProvider, cancellationToken);
        var exchange = new Exchange(call, attempt);
        try
        {
            using var message = await RequestMessages.CreateAsync(call, attempt, deadline.Token).ConfigureAwait(false);
            exchange.Response = await (call.Handshake?.SendAsync(_sender, message, deadline.Token) ?? _sender.SendAsync(message, deadline.Token)).ConfigureAwait(false);
            TransportLog.Answered(_log, call.Name, attempt + 1, (int)exchange.Response.StatusCode);
            if (!exchange.Response.IsSuccessStatusCode && exchange.Response.StatusCode != HttpStatusCode.SwitchingProtocols)
            {
                throw await exchange.ReadErrorAsync(deadline.Token).ConfigureAwait(false);
            }

            return await read(state, exchange, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not ApiException && Faults.Translate(fault, call, deadline, cancellationToken) is { } told)
        {
            throw told;
        }
        finally
        {
            exchange.Dispose();
        }
    }
}
