using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Switchboard.Engine.Scheduling;
using Switchboard.Engine.Tokenization;

namespace Switchboard.Engine;

/// <summary>A running request. Read it once; a reader that leaves early cancels it.</summary>
public sealed class Generation
{
    // Unbounded, yet never more than the answers' tokens: a slow reader must not stall the loop that serves the others.
    private readonly Channel<GenerationUpdate> _updates = Channel.CreateUnbounded<GenerationUpdate>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly Tokenizer _tokenizer;
    private readonly Action _wake;
    private readonly CancellationToken _cancellationToken;
    private volatile bool _cancelled;
    private CancellationTokenRegistration _registration;
    private int _unfinished;

    internal Generation(GenerationRequest request, Tokenizer tokenizer, Action wake, CancellationToken cancellationToken)
    {
        Request = request;
        PromptTokens = request.Prompt.Count;
        (_tokenizer, _wake, _cancellationToken, _unfinished) = (tokenizer, wake, cancellationToken, request.Choices);
    }

    /// <summary>How many tokens the prompt has.</summary>
    public int PromptTokens { get; }

    internal GenerationRequest Request { get; }

    internal bool IsCancelled => _cancelled;

    /// <summary>Whether the generation counts as waiting; guarded by the engine's lock.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>The prompt as read by the first choice, while other choices are still to begin. Used by the loop only.</summary>
    internal SharedPrompt? Shared { get; set; }

    /// <summary>The sequence that is reading the prompt for all. Used by the loop only.</summary>
    internal ActiveSequence? PromptReader { get; set; }

    /// <summary>Choices that have not begun. Used by the loop only.</summary>
    internal int ChoicesToBegin { get; set; }

    /// <summary>The answers as they grow, all choices interleaved; each choice ends with an update that has a <see cref="GenerationUpdate.Finish"/>.</summary>
    /// <param name="cancellationToken">Stops reading and cancels the generation.</param>
    /// <exception cref="OperationCanceledException">The generation was cancelled, or the engine shut down.</exception>
    /// <exception cref="EngineFaultException">The engine's loop met an error of its own.</exception>
    public async IAsyncEnumerable<GenerationUpdate> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var update in _updates.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return update;
            }
        }
        finally
        {
            Cancel();
        }
    }

    internal ReadOnlySpan<byte> BytesOf(int token) => _tokenizer.Bytes(token).Span;

    /// <summary>Begins to listen for cancellation; a token that is cancelled already cancels at once.</summary>
    internal void Listen() => _registration = _cancellationToken.UnsafeRegister(static state => ((Generation)state!).Cancel(), this);

    internal void Report(GenerationUpdate update)
    {
        _updates.Writer.TryWrite(update);
        if (update.Finish is not null && --_unfinished == 0)
        {
            Complete(null);
        }
    }

    internal void Complete(Exception? fault)
    {
        _updates.Writer.TryComplete(fault);
        _registration.Unregister();
    }

    internal void CompleteCancelled() => Complete(new OperationCanceledException(_cancellationToken));

    private void Cancel()
    {
        _cancelled = true;
        _wake();
    }
}
