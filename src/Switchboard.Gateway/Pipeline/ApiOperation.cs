namespace Switchboard.Gateway.Pipeline;

/// <summary>What a call asks for; one value an operation of the OpenAI API that runs a model.</summary>
public enum ApiOperation
{
    /// <summary><c>POST /v1/chat/completions</c> (createChatCompletion).</summary>
    ChatCompletions,

    /// <summary><c>POST /v1/completions</c> (createCompletion).</summary>
    Completions,

    /// <summary><c>POST /v1/embeddings</c> (createEmbedding).</summary>
    Embeddings,
}
