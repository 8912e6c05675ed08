using System.IO.Pipelines;

namespace Switchboard.Gateway.Caching;

/// <summary>
/// Writes an answer into its recording, and with each flush on to the caller, whose back-pressure is passed on as long as
/// nobody else reads the recording. Once others do, a caller that is slow or leaves holds nothing up: it gets the rest at
/// the end. An answer that is too large to be kept goes to the caller alone.
/// </summary>
internal sealed class KeepingWriter(PipeWriter output, Flight flight, int mostBytes) : PipeWriter
{
    // Others that read along get no more than this of an answer that is not kept.
    private const int MostForOthers = 64 * 1024 * 1024;

    private readonly AnswerRecording _recording = flight.Recording;
    private Task<FlushResult>? _pending;
    private long _sent;
    private bool _isDirect;
    private bool _isTooLarge;
    private bool _isGone;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _isDirect ? output.UnflushedBytes : _recording.Length - _recording.Published;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (_isDirect)
        {
            output.Advance(bytes);
        }
        else
        {
            _recording.Advance(bytes);
        }
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (!_isDirect && _recording.Length > mostBytes)
        {
            TakeTooMuch();
        }

        return _isDirect ? output.GetMemory(sizeHint) : _recording.GetMemory(sizeHint);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_isDirect)
        {
            return output.FlushAsync(cancellationToken);
        }

        _recording.Publish();
        if (_isTooLarge)
        {
            return GoDirectAsync(cancellationToken);
        }

        if (_isGone || _pending is { IsCompleted: false })
        {
            return default;
        }

        var flush = SendAsync(cancellationToken);
        return flush.IsCompletedSuccessfully ? new(Seen(flush.Result)) : WaitAsync(flush.AsTask(), cancellationToken);
    }

    /// <summary>Sends the caller what it has not got.</summary>
    /// <returns>False where it has left.</returns>
    public async ValueTask<bool> CatchUpAsync(CancellationToken cancellationToken)
    {
        while (!_isDirect && !_isGone)
        {
            if (_pending is not null)
            {
                Seen(await _pending);
                _pending = null;
            }
            else if (_sent < _recording.Published)
            {
                Seen(await SendAsync(cancellationToken));
            }
            else
            {
                break;
            }
        }

        return !_isGone;
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => output.Complete(exception);

    private ValueTask<FlushResult> SendAsync(CancellationToken cancellationToken)
    {
        Send(_recording.Published);
        return output.FlushAsync(cancellationToken);
    }

    private void Send(long until)
    {
        _recording.CopyTo(output, _sent, until);
        _sent = until;
    }

    private async ValueTask<FlushResult> WaitAsync(Task<FlushResult> flush, CancellationToken cancellationToken)
    {
        await Task.WhenAny(flush, flight.Joined);
        if (flush.IsCompleted)
        {
            return Seen(await flush);
        }

        // Others read along: what the caller does not take now it gets later.
        _pending = flush;
        cancellationToken.ThrowIfCancellationRequested();
        return default;
    }

    private FlushResult Seen(FlushResult flush)
    {
        if (flush.IsCompleted)
        {
            _isGone = true;
            return flight.CanLose() ? default : flush;
        }

        return flush;
    }

    // With the next flush the caller is the only one that gets the answer, unless others are in its midst.
    private void TakeTooMuch()
    {
        if (_isTooLarge)
        {
            return;
        }

        var followers = flight.Close();
        if (followers > 0 && _recording.Length > MostForOthers)
        {
            _recording.End(isWhole: false, isKept: false, null);
            followers = 0;
        }

        _isTooLarge = followers == 0;
    }

    private async ValueTask<FlushResult> GoDirectAsync(CancellationToken cancellationToken)
    {
        var isThere = await CatchUpAsync(cancellationToken);
        _isDirect = isThere;
        return new FlushResult(isCanceled: false, isCompleted: !isThere);
    }
}
