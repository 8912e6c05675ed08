namespace Switchboard.Engine;

/// <summary>A running request. Read it once; a reader that leaves early cancels it.</summary>
public sealed class Generation
{
    internal Generation(int promptTokens)
    {
        PromptTokens = promptTokens;
    }

    /// <summary>How many tokens the prompt has.</summary>
    public int PromptTokens { get; }

    /// <summary>The answers as they grow, all choices interleaved; each choice ends with an update that has a <see cref="GenerationUpdate.Finish"/>.</summary>
    /// <param name="cancellationToken">Stops reading and cancels the generation.</param>
    /// <exception cref="OperationCanceledException">The generation was cancelled, or the engine shut down.</exception>
    public IAsyncEnumerable<GenerationUpdate> ReadAllAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
