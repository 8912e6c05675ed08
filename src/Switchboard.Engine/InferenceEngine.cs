namespace Switchboard.Engine;

/// <summary>Runs one model: a loop that decodes all active sequences together, one token each a step.</summary>
public sealed class InferenceEngine : IAsyncDisposable
{
    /// <summary>Starts the loop.</summary>
    /// <param name="model">The model; it must outlive the engine.</param>
    /// <param name="options">Limits; the defaults suit a desktop machine.</param>
    public InferenceEngine(LanguageModel model, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        Options = options ?? new InferenceOptions();
    }

    /// <summary>The model that is run.</summary>
    public LanguageModel Model { get; }

    /// <summary>The limits in force.</summary>
    public InferenceOptions Options { get; }

    /// <summary>How many tokens a sequence can hold, prompt and answer together: the model's length, or less where memory is short.</summary>
    public int ContextLength => throw new NotSupportedException();

    /// <summary>How many sequences are being decoded.</summary>
    public int ActiveSequences => throw new NotSupportedException();

    /// <summary>How many requests wait for a place.</summary>
    public int QueuedRequests => throw new NotSupportedException();

    /// <summary>Queues a request; it runs at once where there is a place.</summary>
    /// <param name="request">What to generate.</param>
    /// <param name="cancellationToken">Drops the request before the next token.</param>
    /// <exception cref="PromptTooLongException">The prompt leaves no room for an answer.</exception>
    /// <exception cref="EngineBusyException">The waiting queue is full.</exception>
    /// <exception cref="ArgumentException">A value is outside its range; the message says which.</exception>
    /// <exception cref="ObjectDisposedException">The engine was shut down.</exception>
    public Generation Start(GenerationRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends all generations as cancelled and waits for the loop.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
