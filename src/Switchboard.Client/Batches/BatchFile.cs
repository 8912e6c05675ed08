using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Switchboard.Client.Batches;

/// <summary>Writes the files of batches, and reads their results: JSON, one value a line.</summary>
public static class BatchFile
{
    private static readonly StreamPipeReaderOptions s_pipe = new(bufferSize: 64 * 1024, leaveOpen: true);

    /// <summary>Writes requests, one a line.</summary>
    /// <param name="destination">Where to; it stays open.</param>
    /// <param name="entries">The requests.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task WriteAsync(Stream destination, IEnumerable<BatchEntry> entries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(entries);
        using var file = new BatchFileStream(entries);
        await file.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the results in a batch's output file or error file, each as its line comes.</summary>
    /// <param name="source">The file; it stays open.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="JsonException">A line is no result; it tells which.</exception>
    public static async IAsyncEnumerable<BatchResult> ReadResultsAsync(Stream source, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var pipe = PipeReader.Create(source, s_pipe);
        try
        {
            var number = 0;
            ReadResult read;
            do
            {
                read = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
                var buffer = read.Buffer;
                while (TryTakeLine(ref buffer, read.IsCompleted, out var line))
                {
                    number++;
                    if (BatchResult.Read(line, number) is { } result)
                    {
                        yield return result;
                    }
                }

                pipe.AdvanceTo(buffer.Start, buffer.End);
            }
            while (!read.IsCompleted);
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = isLast ? buffer : default;
        buffer = isLast ? buffer.Slice(buffer.End) : buffer;
        return !line.IsEmpty;
    }
}
