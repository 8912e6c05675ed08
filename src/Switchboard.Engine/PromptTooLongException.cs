namespace Switchboard.Engine;

/// <summary>A prompt leaves no room for an answer.</summary>
public sealed class PromptTooLongException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="promptTokens">The prompt's length.</param>
    /// <param name="contextLength">The length that prompt and answer share.</param>
    public PromptTooLongException(int promptTokens, int contextLength)
        : base($"The prompt has {promptTokens} tokens; the model's context length is {contextLength} tokens.")
    {
        PromptTokens = promptTokens;
        ContextLength = contextLength;
    }

    /// <summary>The prompt's length in tokens.</summary>
    public int PromptTokens { get; }

    /// <summary>The length in tokens that prompt and answer share.</summary>
    public int ContextLength { get; }
}
