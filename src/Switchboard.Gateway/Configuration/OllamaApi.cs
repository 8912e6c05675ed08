namespace Switchboard.Gateway.Configuration;

/// <summary>Which API of an Ollama server is spoken (<c>api</c>).</summary>
public enum OllamaApi
{
    /// <summary>Its own for chat and embeddings, which knows the size of the context, <c>keep_alive</c> and its samplers; the compatible one for everything else.</summary>
    Native,

    /// <summary>The one that is compatible with OpenAI's, for everything.</summary>
    OpenAI,
}
