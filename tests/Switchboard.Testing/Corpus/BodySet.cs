namespace Switchboard.Testing.Corpus;

/// <summary>Who spoke: how closely a body can be expected to follow OpenAI's specification.</summary>
public enum BodySet
{
    /// <summary>OpenAI itself, or a client of it.</summary>
    OpenAI,

    /// <summary>Azure's OpenAI endpoints, which add members of their own.</summary>
    Azure,

    /// <summary>Another provider that speaks the dialect, with members and values of its own.</summary>
    Compatible,
}
