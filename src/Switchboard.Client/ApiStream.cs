using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Sse;

namespace Switchboard.Client;

/// <summary>
/// The events of an answer while they come: <c>await foreach (var chunk in client.Chat.Completions.StreamAsync(request))</c>. The
/// request is sent when the stream is first read, or connected; leaving the loop closes the connection.
/// </summary>
/// <remarks>
/// It can be read once. The server is read no faster than the loop asks. Besides what every call may throw, reading throws
/// <see cref="ApiStreamException"/> for an error event and <see cref="ApiConnectionException"/> for a stream that breaks off or ends
/// before the answer is whole.
/// </remarks>
/// <typeparam name="T">What an event holds.</typeparam>
[SuppressMessage("Design", "CA1001", Justification = "It has DisposeAsync. As IAsyncDisposable besides, ConfigureAwait on it would be ambiguous.")]
[SuppressMessage("Naming", "CA1711", Justification = "A stream of events is what it is called everywhere.")]
public sealed class ApiStream<T> : IAsyncEnumerable<T>
{
    private readonly ApiTransport _transport;
    private readonly ApiRequest _request;
    private readonly PayloadReader<T> _reader;
    private readonly CancellationToken _cancellationToken;
    private ApiCall? _call;
    private CallTelemetry? _telemetry;
    private EventConnection? _connection;
    private bool _isRead;

    internal ApiStream(ApiTransport transport, ApiRequest request, PayloadReader<T> reader, CancellationToken cancellationToken)
    {
        _transport = transport;
        _request = request;
        _reader = reader;
        _cancellationToken = cancellationToken;
    }

    /// <summary>How the answer began; null before the stream is connected.</summary>
    public ApiResult? Result => _connection?.Result;

    /// <summary>Sends the request, with retries, and waits for the head of its answer. Reading does this by itself.</summary>
    /// <returns>Status, headers and times.</returns>
    /// <exception cref="ApiException">The call failed.</exception>
    public async Task<ApiResult> ConnectAsync(CancellationToken cancellationToken = default)
    {
        if (_connection is { } open)
        {
            return open.Result;
        }

        if (_call is not null)
        {
            throw new InvalidOperationException("The stream was connected before and is closed: call the method again for another.");
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken, cancellationToken);
        _call = new ApiCall(_request, _transport.Options, _transport.Endpoint, AnswerKind.Events);
        _telemetry = CallTelemetry.Start(_call);
        try
        {
            _connection = await _transport.ConnectAsync(_call, both.Token).ConfigureAwait(false);
            _telemetry?.Answered(_connection.Result);

            // The request's body is sent: a stream may be open for long.
            _call.Dispose();
            return _connection.Result;
        }
        catch (Exception fault)
        {
            _telemetry?.Failed(fault);
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The stream is read a second time.</exception>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (_isRead)
        {
            throw new InvalidOperationException("A stream can be read once: call the method again for another.");
        }

        _isRead = true;
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken, cancellationToken);
        await ConnectAsync(both.Token).ConfigureAwait(false);
        try
        {
            var isWhole = false;
            while (await MoveAsync(both.Token).ConfigureAwait(false))
            {
                if (!Take(out var value, out var isDone))
                {
                    if (isDone)
                    {
                        isWhole = true;
                        break;
                    }

                    continue;
                }

                isWhole |= StreamEnd.IsLast(value);
                yield return value;
            }

            End(isWhole);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes the connection, if it is open. A loop over the stream does this by itself; a stream that was only connected wants <c>await using</c>.</summary>
    public async ValueTask DisposeAsync()
    {
        var connection = _connection;
        _connection = null;
        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        _telemetry?.Dispose();
        _call?.Dispose();
    }

    private async ValueTask<bool> MoveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _connection!.Events.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SseLimitException fault)
        {
            throw Failed(new ApiConnectionException($"The answer to {_call!.Name} cannot be read: {fault.Message}", fault, isTransient: false));
        }
        catch (Exception fault)
        {
            Failed(fault);
            throw;
        }
    }

    /// <summary>Looks at the event; false when it holds no value.</summary>
    private bool Take(out T value, out bool isDone)
    {
        var events = _connection!.Events;
        value = default!;
        isDone = false;
        switch (events.Classify())
        {
            case SseEventKind.Data when events.Type.SequenceEqual("keepalive"u8) || events.Type.SequenceEqual("ping"u8):
            case SseEventKind.Empty:
                return false;
            case SseEventKind.Data:
                value = Read(events);
                _telemetry?.Received(events.Data);
                return true;
            case SseEventKind.Done:
                _connection.End();
                isDone = true;
                return false;
            case SseEventKind.Error:
                throw Failed(new ApiStreamException(ApiError.Read(events.Data, "application/json"), _connection.Result.RequestId));
            default:
                throw Failed(new ApiConnectionException($"The answer to {_call!.Name} broke off inside an event."));
        }
    }

    private T Read(SseReader events)
    {
        try
        {
            return _reader.ReadEvent(events.Type, events.Data);
        }
        catch (JsonException fault)
        {
            throw Failed(new ApiStreamException(ApiError.Read(events.Data), _connection!.Result.RequestId, $"An event of the answer to {_call!.Name} cannot be read: {fault.Message}", fault));
        }
    }

    private void End(bool isWhole)
    {
        if (!isWhole && StreamEnd.IsTold<T>())
        {
            throw Failed(new ApiConnectionException($"The answer to {_call!.Name} ended before it was whole."));
        }

        _connection!.End();
    }

    private Exception Failed(Exception fault)
    {
        _telemetry?.Failed(fault);
        return fault;
    }
}
