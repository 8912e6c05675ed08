namespace Switchboard.Gateway.Providers.Local.Models;

/// <summary>What a model file can do.</summary>
internal enum LocalModelKind
{
    /// <summary>Writes text: chat and completions.</summary>
    Language,

    /// <summary>Turns text into vectors.</summary>
    Embedding,
}
