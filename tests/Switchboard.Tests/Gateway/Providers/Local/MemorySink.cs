using System.IO.Pipelines;
using System.Text;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Tests.Gateway.Providers.Local;

/// <summary>A sink whose answer a test reads from memory, event by event where it wants.</summary>
internal sealed class MemorySink : IAnswerSink
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly StringBuilder _unread = new();

    public AnswerHead? Head { get; private set; }

    public bool IsCommitted => Head is not null;

    public bool IsAborted { get; private set; }

    public PipeWriter Commit(AnswerHead head)
    {
        Assert.Null(Head);
        Head = head;
        return _pipe.Writer;
    }

    public void Abort() => IsAborted = true;

    /// <summary>The whole body, once the call has ended.</summary>
    public async Task<string> ReadAllAsync()
    {
        await _pipe.Writer.CompleteAsync();
        using var reader = new StreamReader(_pipe.Reader.AsStream());
        return _unread + await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The next event (or comment), without its blank line; waits for it.</summary>
    public async Task<string> ReadEventAsync()
    {
        while (true)
        {
            var text = _unread.ToString();
            var end = text.IndexOf("\n\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                _unread.Remove(0, end + 2);
                return text[..end];
            }

            var read = await _pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
            foreach (var segment in read.Buffer)
            {
                _unread.Append(Encoding.UTF8.GetString(segment.Span));
            }

            _pipe.Reader.AdvanceTo(read.Buffer.End);
        }
    }

    /// <summary>The reader goes away.</summary>
    public void Leave() => _pipe.Reader.Complete();
}
