using System.Globalization;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Relay;

/// <summary>Asks a provider something whose answer is read whole, as often as a call needs it; faults are values.</summary>
internal sealed class UpstreamQuestion(UpstreamConnection connection, TimeProvider time)
{
    // Amazon counts beside the body, whatever model it was.
    private const string TokensHeader = "x-amzn-bedrock-input-token-count";

    private const int MostBytes = 64 * 1024 * 1024;
    private const int MostAtOnce = 8;

    /// <summary>Posts a body and reads the answer.</summary>
    /// <param name="path">The path below the base URL.</param>
    /// <param name="body">The body, JSON; it is not to change until the answer came.</param>
    /// <param name="headers">Headers, beside those of every request.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async ValueTask<UpstreamReply> AskAsync(string path, ReadOnlyMemory<byte> body, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(connection.Settings.LongestAnswer, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var content = new RequestContent(body, new BodyEdits());
        try
        {
            return await ReadAsync(connection.CreatePost(path, RequestContent.MediaType, headers, content), attempt.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return UpstreamFaults.TimedOut(connection.Provider, deadline.IsCancellationRequested ? connection.Settings.LongestAnswer : connection.Settings.ConnectTimeout);
        }
        catch (Exception exception) when (UpstreamFaults.IsNetwork(exception))
        {
            return UpstreamFaults.From(connection.Provider, exception);
        }
        finally
        {
            await content.ReleaseAsync();
        }
    }

    /// <summary>Posts several bodies, a few at once. With the first fault the others are left: those have neither body nor error.</summary>
    /// <param name="path">The path below the base URL.</param>
    /// <param name="bodies">The bodies.</param>
    /// <param name="headers">Headers, beside those of every request.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async ValueTask<UpstreamReply[]> AskAllAsync(string path, IReadOnlyList<ReadOnlyMemory<byte>> bodies, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        if (bodies.Count == 1)
        {
            return [await AskAsync(path, bodies[0], headers, cancellationToken)];
        }

        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var places = new SemaphoreSlim(MostAtOnce);
        var replies = await Task.WhenAll(bodies.Select(async body =>
        {
            await places.WaitAsync(all.Token);
            try
            {
                var reply = await AskAsync(path, body, headers, all.Token);
                if (reply.Error is not null)
                {
                    await all.CancelAsync();
                }

                return reply;
            }
            finally
            {
                places.Release();
            }
        }).Select(OrLeft));
        cancellationToken.ThrowIfCancellationRequested();
        return replies;
    }

    // Who was told to stop because another failed has nothing to say.
    private static async Task<UpstreamReply> OrLeft(Task<UpstreamReply> asking)
    {
        try
        {
            return await asking;
        }
        catch (OperationCanceledException)
        {
            return new UpstreamReply(default, []);
        }
    }

    private async ValueTask<UpstreamReply> ReadAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        using var answer = await connection.SendAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return await connection.Errors.ReadAsync(answer, time, cancellationToken);
        }

        if (answer.Headers.IsEncoded)
        {
            return UpstreamFaults.Compressed(connection.Provider);
        }

        using var body = await BoundedBody.ReadAsync(answer, MostBytes, cancellationToken);
        return body.IsWhole ? new UpstreamReply(body.Bytes.ToArray(), UpstreamHeaders.Choose(answer)) { InputTokens = TokensIn(answer) } : UpstreamFaults.Invalid(connection.Provider, "an answer larger than 64 MB");
    }

    private static int? TokensIn(UpstreamAnswer answer) => int.TryParse(answer.Headers[TokensHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) ? tokens : null;
}

/// <summary>What a provider answered.</summary>
/// <param name="Body">The answer's body.</param>
/// <param name="Headers">The headers for the caller.</param>
/// <param name="Error">Why there is no answer; null when there is one.</param>
internal sealed record UpstreamReply(ReadOnlyMemory<byte> Body, IReadOnlyList<KeyValuePair<string, string>> Headers, GatewayError? Error = null)
{
    /// <summary>The tokens of the prompt, where a header tells them.</summary>
    public int? InputTokens { get; init; }

    /// <summary>No answer.</summary>
    public static implicit operator UpstreamReply(GatewayError error) => new(default, [], error);
}
