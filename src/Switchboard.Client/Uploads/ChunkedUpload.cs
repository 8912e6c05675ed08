using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Switchboard.Protocol.Multipart;
using Switchboard.Protocol.Uploads;

namespace Switchboard.Client.Uploads;

/// <summary>Sends the parts of one file that the server does not have yet.</summary>
internal sealed class ChunkedUpload(UploadsClient client, UploadFile file, ResumableUpload state, ChunkedUploadOptions chunks, CallOptions? options) : IDisposable
{
    private readonly string?[] _ids = [.. state.PartIds];
    private readonly ConcurrentBag<byte[]> _buffers = [];
    private readonly SemaphoreSlim _telling = new(1, 1);

    /// <summary>Sends them all.</summary>
    /// <returns>The ids of the parts, in the file's order.</returns>
    public async Task<IReadOnlyList<string>> SendAsync(CancellationToken cancellationToken)
    {
        await TellAsync(index: null, id: null, cancellationToken).ConfigureAwait(false);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = chunks.Parallelism, CancellationToken = cancellationToken };
        if (file.Slice(0, 0) is not null)
        {
            // All are cut before any is sent: a file that shrinks meanwhile fails where it is read.
            (int Index, UploadFile Bytes)[] missing = [.. Enumerable.Range(0, _ids.Length).Where(index => _ids[index] is null).Select(index => (index, file.Slice(StartOf(index), LengthOf(index))!))];
            await Parallel.ForEachAsync(missing, parallel, (part, token) => SendAsync(part.Index, part.Bytes, token)).ConfigureAwait(false);
        }
        else
        {
            await Parallel.ForEachAsync(ReadAsync(cancellationToken), parallel, SendAsync).ConfigureAwait(false);
        }

        return _ids!;
    }

    public void Dispose() => _telling.Dispose();

    private long StartOf(int index) => (long)index * state.PartBytes;

    private int LengthOf(int index) => (int)Math.Min(state.PartBytes, state.Bytes - StartOf(index));

    /// <summary>Reads the parts in their order. The next is read when a sender is free, so that there are no more buffers than senders.</summary>
    private async IAsyncEnumerable<(int Index, byte[] Bytes)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = await file.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        for (var index = 0; index < _ids.Length; index++)
        {
            // A part that the server has is read over: there is no other way past it.
            var buffer = _buffers.TryTake(out var used) ? used : new byte[Math.Min(state.PartBytes, state.Bytes)];
            var length = LengthOf(index);
            if (await stream.ReadAtLeastAsync(buffer.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < length)
            {
                throw new IOException($"The file '{file.FileName}' ended before the {state.Bytes} bytes it was declared to have.");
            }

            if (_ids[index] is null)
            {
                yield return (index, buffer);
            }
            else
            {
                _buffers.Add(buffer);
            }
        }
    }

    private async ValueTask SendAsync((int Index, byte[] Bytes) part, CancellationToken cancellationToken)
    {
        await SendAsync(part.Index, UploadFile.FromBytes(part.Bytes.AsMemory(0, LengthOf(part.Index)), file.FileName, file.ContentType), cancellationToken).ConfigureAwait(false);
        _buffers.Add(part.Bytes);
    }

    private async ValueTask SendAsync(int index, UploadFile bytes, CancellationToken cancellationToken)
    {
        var part = await client.Parts.CreateAsync(state.UploadId, new AddUploadPartRequest(bytes), options, cancellationToken).ConfigureAwait(false);
        await TellAsync(index, part.Value.Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes a part that is done, and tells whoever wants to know, one after the other.</summary>
    private async Task TellAsync(int? index, string? id, CancellationToken cancellationToken)
    {
        await _telling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (index is { } done)
            {
                _ids[done] = id;
            }

            if (chunks.Checkpoint is { } checkpoint)
            {
                await checkpoint(state with { PartIds = [.. _ids] }, cancellationToken).ConfigureAwait(false);
            }

            var bytes = Enumerable.Range(0, _ids.Length).Where(part => _ids[part] is not null).Sum(part => (long)LengthOf(part));
            chunks.Progress?.Report(new UploadProgress(bytes, state.Bytes, _ids.Count(part => part is not null), _ids.Length));
        }
        finally
        {
            _telling.Release();
        }
    }
}
