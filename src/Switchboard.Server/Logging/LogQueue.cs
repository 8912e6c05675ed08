using System.Buffers;
using System.Collections.Concurrent;

namespace Switchboard.Server.Logging;

/// <summary>
/// Lines on their way to where they are written, by a thread of its own: nobody who says something waits for a disk or
/// a terminal. Where the queue is full, lines are lost and counted.
/// </summary>
internal sealed class LogQueue : IDisposable
{
    private const int MostLines = 4096;
    private const int MostBytesAtOnce = 256 * 1024;

    // What does not take lines at all, such as a terminal that was stopped, does not hold the process up.
    private static readonly TimeSpan s_mostFlushing = TimeSpan.FromSeconds(5);

    private readonly BlockingCollection<byte[]> _lines = new(MostLines);
    private readonly ILogTarget _target;
    private readonly Thread _writer;
    private long _lost;

    public LogQueue(ILogTarget target)
    {
        _target = target;
        _writer = new Thread(Write) { IsBackground = true, Name = $"log to {target.Name}" };
        _writer.Start();
    }

    /// <summary>Adds a line, if there is room.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        try
        {
            if (!_lines.TryAdd(line.ToArray()))
            {
                Interlocked.Increment(ref _lost);
            }
        }
        catch (InvalidOperationException)
        {
            // It is closed: something has its say at the very end of the process.
        }
    }

    /// <summary>Writes what is left, and ends.</summary>
    public void Dispose()
    {
        if (_lines.IsAddingCompleted)
        {
            return;
        }

        _lines.CompleteAdding();
        if (_writer.Join(s_mostFlushing))
        {
            _lines.Dispose();
        }
    }

    private void Write()
    {
        var batch = new ArrayBufferWriter<byte>(4096);
        foreach (var first in _lines.GetConsumingEnumerable())
        {
            batch.ResetWrittenCount();
            batch.Write(first);
            while (batch.WrittenCount < MostBytesAtOnce && _lines.TryTake(out var line))
            {
                batch.Write(line);
            }

            if (Interlocked.Exchange(ref _lost, 0) is var lost and > 0)
            {
                batch.Write(_target.TellLost(lost));
            }

            _target.Write(batch.WrittenSpan);
        }

        _target.Dispose();
    }
}

/// <summary>Where lines are written, by one thread.</summary>
internal interface ILogTarget : IDisposable
{
    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>Writes whole lines. It never fails: what cannot be written is lost.</summary>
    void Write(ReadOnlySpan<byte> lines);

    /// <summary>The line that tells that some were lost because there was no room.</summary>
    byte[] TellLost(long lines);
}
