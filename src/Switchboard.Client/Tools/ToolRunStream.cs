using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Client.Tools;

/// <summary>A tool loop whose answers come as streams: the events of each answer, one answer after another. It can be read once.</summary>
/// <typeparam name="TEvent">What an event holds.</typeparam>
/// <typeparam name="TRun">What the loop comes to.</typeparam>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of events is what it is called everywhere.")]
public sealed class ToolRunStream<TEvent, TRun> : IAsyncEnumerable<TEvent>
    where TRun : class
{
    private readonly Func<Action<TRun>, CancellationToken, IAsyncEnumerable<TEvent>> _read;
    private readonly CancellationToken _cancellationToken;
    private TRun? _run;
    private bool _isRead;

    internal ToolRunStream(Func<Action<TRun>, CancellationToken, IAsyncEnumerable<TEvent>> read, CancellationToken cancellationToken)
    {
        _read = read;
        _cancellationToken = cancellationToken;
    }

    /// <summary>What the loop came to, once the stream was read to its end.</summary>
    /// <exception cref="InvalidOperationException">It was not.</exception>
    public TRun Run => _run ?? throw new InvalidOperationException("The stream was not read to its end.");

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The stream was read before.</exception>
    public async IAsyncEnumerator<TEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (_isRead)
        {
            throw new InvalidOperationException("The stream can be read once: call the method again for another.");
        }

        _isRead = true;
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken, cancellationToken);
        await foreach (var item in _read(run => _run = run, both.Token).ConfigureAwait(false))
        {
            yield return item;
        }
    }
}
