namespace Switchboard.Gateway.Configuration;

/// <summary>One fault of a configuration.</summary>
/// <param name="Path">The setting at fault, such as <c>providers.openai.base_url</c>.</param>
/// <param name="Message">What is wrong and what would be right, in a sentence. Never holds a secret.</param>
public sealed record ConfigurationFault(string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Message}";
}
