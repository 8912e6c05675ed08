using System.Security.Cryptography;
using Switchboard.Engine.Models;
using Switchboard.Engine.Sampling;
using Switchboard.Engine.Scheduling;

namespace Switchboard.Engine;

/// <summary>Runs one model: a loop that decodes all active sequences together, one token each a step.</summary>
public sealed class InferenceEngine : IAsyncDisposable
{
    private readonly EngineResources _resources;
    private readonly SequenceScheduler _scheduler;
    private readonly SamplingScratch _scratch;
    private readonly Lock _gate = new();
    private readonly Queue<ActiveSequence[]> _incoming = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _queued;
    private volatile int _active;
    private bool _stopping;

    /// <summary>Starts the loop.</summary>
    /// <param name="model">The model; it must outlive the engine.</param>
    /// <param name="options">Limits; the defaults suit a desktop machine.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of range.</exception>
    public InferenceEngine(LanguageModel model, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (Model, Options) = (model, options ?? new InferenceOptions());
        Options.Check();
        _resources = new EngineResources(model.Weights, Options);
        _scratch = new SamplingScratch(model.VocabularySize);
        _scheduler = new SequenceScheduler(_resources, Options.MaxConcurrentSequences, _scratch.Logits) { LeftQueue = LeftQueue };

        // A thread of its own: computing for seconds on a pool thread would starve the server's continuations.
        new Thread(Loop) { IsBackground = true, Name = $"Switchboard engine {model.Name}" }.Start();
    }

    /// <summary>The model that is run.</summary>
    public LanguageModel Model { get; }

    /// <summary>The limits in force.</summary>
    public InferenceOptions Options { get; }

    /// <summary>How many tokens a sequence can hold, prompt and answer together: the model's length, or less where memory is short.</summary>
    public int ContextLength => _resources.ContextLength;

    /// <summary>How many sequences are being decoded.</summary>
    public int ActiveSequences => _active;

    /// <summary>How many requests wait for a place.</summary>
    public int QueuedRequests => Volatile.Read(ref _queued);

    /// <summary>How many threads compute.</summary>
    public int Threads => _resources.Threads;

    /// <summary>Queues a request; it runs at once where there is a place.</summary>
    /// <param name="request">What to generate.</param>
    /// <param name="cancellationToken">Drops the request before the next token.</param>
    /// <exception cref="PromptTooLongException">The prompt leaves no room for an answer.</exception>
    /// <exception cref="EngineBusyException">The waiting queue is full.</exception>
    /// <exception cref="ArgumentException">A value is outside its range; the message says which.</exception>
    /// <exception cref="ObjectDisposedException">The engine was shut down.</exception>
    public Generation Start(GenerationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request = RequestRules.Snapshot(request);
        RequestRules.Check(request, Model.VocabularySize, ContextLength);
        var generation = new Generation(request, Model.Tokenizer, Wake, cancellationToken);
        var sequences = Sequences(generation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);

            // Places that are free at the moment are no queue.
            if (_queued >= Options.MaxQueued + Math.Max(0, Options.MaxConcurrentSequences - _active))
            {
                throw new EngineBusyException(_queued);
            }

            _queued++;
            generation.IsQueued = true;

            // Before the loop can see it: a generation that ends at once must find the registration that it ends.
            generation.Listen();
            _incoming.Enqueue(sequences);
        }

        Wake();
        return generation;
    }

    /// <summary>Ends all generations as cancelled and waits for the loop.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopping = true;
        }

        Wake();
        await _stopped.Task.ConfigureAwait(false);
    }

    private void Wake()
    {
        // After the loop's end the event stays, so that a late cancellation finds something to set.
        _wake.Set();
    }

    private void Loop()
    {
        while (!Volatile.Read(ref _stopping))
        {
            if (!Step())
            {
                _wake.WaitOne();
            }
        }

        // What came in at the last moment is ended with the rest.
        Accept();
        _scheduler.Abandon(fault: null);
        _resources.Dispose();
        _stopped.SetResult();
    }

    private bool Step()
    {
        try
        {
            Accept();
            var worked = _scheduler.Step();
            _active = _scheduler.ActiveCount;
            return worked;
        }
        catch (Exception fault)
        {
            // The loop's boundary: whoever waits for an answer is told, and the loop goes on with the next request.
            _scheduler.Abandon(new EngineFaultException($"The engine failed: {fault.Message}", fault));
            _active = 0;
            return true;
        }
    }

    /// <summary>Hands new requests to the scheduler.</summary>
    private void Accept()
    {
        lock (_gate)
        {
            while (_incoming.TryDequeue(out var sequences))
            {
                Array.ForEach(sequences, _scheduler.Enqueue);
            }
        }
    }

    private ActiveSequence[] Sequences(Generation generation)
    {
        var request = generation.Request;
        var seed = request.Sampling.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        HashSet<int> ends = [.. request.StopTokens, .. request.IgnoreEndTokens ? [] : Model.EndTokens];
        var limit = Math.Min(request.MaxTokens, ContextLength - request.Prompt.Count);
        var sequences = new ActiveSequence[request.Choices];
        for (var choice = 0; choice < sequences.Length; choice++)
        {
            // Large odd steps keep the choices' random numbers apart.
            var sampler = new Sampler(request.Sampling, seed + ((ulong)choice * 0xD1342543DE82EF95), request.Prompt, _scratch);
            var logProbs = request.LogProbs ? new LogProbReader(Model.Tokenizer, _scratch, request.TopLogProbs) : null;
            sequences[choice] = new ActiveSequence(generation, choice, new SequenceParts(sampler, logProbs, ends, limit));
        }

        return sequences;
    }

    private void LeftQueue(Generation generation)
    {
        lock (_gate)
        {
            if (generation.IsQueued)
            {
                generation.IsQueued = false;
                _queued--;
            }
        }
    }
}
