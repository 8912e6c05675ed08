namespace Switchboard.Gateway.Pipeline;

/// <summary>Whose API a caller speaks.</summary>
public enum ApiDialect
{
    /// <summary>OpenAI's.</summary>
    OpenAI,

    /// <summary>Anthropic's Messages API.</summary>
    Anthropic,

    /// <summary>Google's Gemini API.</summary>
    Gemini,
}
