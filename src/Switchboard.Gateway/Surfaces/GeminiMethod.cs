namespace Switchboard.Gateway.Surfaces;

/// <summary>What a path of Google's Gemini API asks of a model: what stands behind the colon.</summary>
public enum GeminiMethod
{
    /// <summary><c>generateContent</c>.</summary>
    GenerateContent,

    /// <summary><c>streamGenerateContent</c>.</summary>
    StreamGenerateContent,

    /// <summary><c>countTokens</c>.</summary>
    CountTokens,

    /// <summary><c>embedContent</c>.</summary>
    EmbedContent,

    /// <summary><c>batchEmbedContents</c>.</summary>
    BatchEmbedContents,
}
