using System.IO.Pipelines;
using System.Text;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Tests.Gateway.Support;

/// <summary>A sink that keeps what it is given. With <c>isSlow</c> a flush waits until the test reads.</summary>
internal sealed class RecordingSink : IAnswerSink
{
    private readonly Pipe _pipe;
    private readonly TaskCompletionSource<AnswerHead> _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RecordingSink(bool isSlow = false) =>
        _pipe = new Pipe(new PipeOptions(pauseWriterThreshold: isSlow ? 1 : 0, resumeWriterThreshold: isSlow ? 1 : 0, useSynchronizationContext: false));

    public bool IsCommitted => Head is not null;

    public bool IsAborted { get; private set; }

    public AnswerHead? Head { get; private set; }

    public Task<AnswerHead> Committed => _committed.Task;

    public PipeReader Reader => _pipe.Reader;

    public PipeWriter Commit(AnswerHead head)
    {
        Assert.Null(Head);
        Head = head;
        _committed.SetResult(head);
        return _pipe.Writer;
    }

    public void Abort() => IsAborted = true;

    /// <summary>All that was written, after the call's end.</summary>
    public async Task<string> ReadAllAsync()
    {
        await _pipe.Writer.CompleteAsync();
        var text = new StringBuilder();
        while (true)
        {
            var read = await _pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
            text.Append(Encoding.UTF8.GetString(read.Buffer));
            _pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return text.ToString();
            }
        }
    }

    /// <summary>Waits until this text was flushed and takes all up to it.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        while (true)
        {
            var read = await _pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
            var text = Encoding.UTF8.GetString(read.Buffer);
            if (text.Contains(end, StringComparison.Ordinal))
            {
                _pipe.Reader.AdvanceTo(read.Buffer.End);
                return text;
            }

            Assert.False(read.IsCompleted, $"The answer ended without '{end}': {text}");
            _pipe.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
