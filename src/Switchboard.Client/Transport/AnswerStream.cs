namespace Switchboard.Client.Transport;

/// <summary>The bytes of an answer while they come: a silence that is too long, and a connection that breaks, are told by the client's own exceptions.</summary>
internal sealed class AnswerStream : Stream
{
    private readonly Stream _inner;
    private readonly ApiCall _call;
    private readonly HttpResponseMessage _response;
    private readonly TimeSpan _longestSilence;
    private readonly Deadline _silence;
    private readonly CancellationToken _caller;
    private long _taken;

    public AnswerStream(Stream inner, ApiCall call, HttpResponseMessage response, CancellationToken caller)
    {
        _inner = inner;
        _call = call;
        _response = response;
        _caller = caller;
        _longestSilence = call.Client.StreamIdleTimeout;
        _silence = new Deadline(Timeout.InfiniteTimeSpan, call.Client.TimeProvider, caller);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Bytes that are there already need neither clock nor state machine.
        var read = ReadInner(buffer);
        var whole = read.IsCompletedSuccessfully ? read : WaitAsync(read, cancellationToken);
        return _call.Request.MaxBytes is null ? whole : CountAsync(whole);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Counted(_inner.Read(buffer, offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            _response.Dispose();
            _silence.Dispose();
        }

        base.Dispose(disposing);
    }

    // A chunk that is none is told where the read begins, not where it is awaited.
    private ValueTask<int> ReadInner(Memory<byte> buffer)
    {
        try
        {
            return _inner.ReadAsync(buffer, _silence.Token);
        }
        catch (IOException fault)
        {
            return ValueTask.FromException<int>(fault);
        }
    }

    private async ValueTask<int> CountAsync(ValueTask<int> read) => Counted(await read.ConfigureAwait(false));

    private int Counted(int count)
    {
        _taken += count;
        return _call.Request.MaxBytes is not { } most || _taken <= most
            ? count
            : throw new ApiResponseException($"The answer to {_call.Name} is larger than {most} bytes ({nameof(SwitchboardClientOptions.MaxResponseBytes)}).", _response, default);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> read, CancellationToken cancellationToken)
    {
        _silence.Restart(_longestSilence);
        using var cancelling = cancellationToken.UnsafeRegister(static silence => ((Deadline)silence!).Cancel(), _silence);
        try
        {
            return await read.ConfigureAwait(false);
        }
        catch (OperationCanceledException fault) when (cancellationToken.IsCancellationRequested || _caller.IsCancellationRequested)
        {
            throw new OperationCanceledException("Reading the answer was cancelled.", fault, cancellationToken.IsCancellationRequested ? cancellationToken : _caller);
        }
        catch (OperationCanceledException fault)
        {
            throw new ApiTimeoutException($"The answer to {_call.Name} fell silent for {_longestSilence.TotalSeconds:0.###} seconds.", fault);
        }
        catch (IOException fault)
        {
            throw new ApiConnectionException($"The answer to {_call.Name} broke off: {fault.Message}", fault);
        }
        finally
        {
            _silence.Restart(Timeout.InfiniteTimeSpan);
        }
    }
}
