namespace Switchboard.Gateway.Pipeline;

/// <summary>What a call asks for; one value an operation of the OpenAI API that runs a model, and one for all others.</summary>
public enum ApiOperation
{
    /// <summary><c>POST /v1/chat/completions</c> (createChatCompletion).</summary>
    ChatCompletions,

    /// <summary><c>POST /v1/completions</c> (createCompletion).</summary>
    Completions,

    /// <summary><c>POST /v1/embeddings</c> (createEmbedding).</summary>
    Embeddings,

    /// <summary><c>POST /v1/responses</c> (createResponse).</summary>
    Responses,

    /// <summary><c>POST /v1/moderations</c> (createModeration).</summary>
    Moderations,

    /// <summary><c>POST /v1/images/generations</c> (createImage).</summary>
    ImageGenerations,

    /// <summary><c>POST /v1/images/edits</c> (createImageEdit), as JSON or as a form.</summary>
    ImageEdits,

    /// <summary><c>POST /v1/images/variations</c> (createImageVariation), a form.</summary>
    ImageVariations,

    /// <summary><c>POST /v1/audio/speech</c> (createSpeech).</summary>
    Speech,

    /// <summary><c>POST /v1/audio/transcriptions</c> (createTranscription), a form.</summary>
    Transcriptions,

    /// <summary><c>POST /v1/audio/translations</c> (createTranslation), a form.</summary>
    Translations,

    /// <summary><c>POST /v1/rerank</c>, which OpenAI does not have: the shape of Cohere, Jina and vLLM.</summary>
    Rerank,

    /// <summary><c>GET /v1/realtime</c>, a websocket.</summary>
    Realtime,

    /// <summary>How many tokens a chat is to a model, which OpenAI does not have: <c>POST /v1/messages/count_tokens</c> of Anthropic's API, <c>:countTokens</c> of Google's.</summary>
    CountTokens,

    /// <summary>Any other operation of the specification: relayed as it came, to a provider that the caller or the configuration names.</summary>
    Other,
}
