using System.Collections.Immutable;

namespace Switchboard.Gateway.ModelData;

/// <summary>What a model can do.</summary>
[Flags]
public enum ModelCapabilities
{
    /// <summary>Nothing that is known.</summary>
    None = 0,

    /// <summary>Answers conversations (<c>chat</c>).</summary>
    Chat = 1 << 0,

    /// <summary>Reads pictures (<c>vision</c>).</summary>
    Vision = 1 << 1,

    /// <summary>Hears sound (<c>audio_input</c>).</summary>
    AudioInput = 1 << 2,

    /// <summary>Makes sound (<c>audio_output</c>).</summary>
    AudioOutput = 1 << 3,

    /// <summary>Calls tools (<c>tools</c>).</summary>
    Tools = 1 << 4,

    /// <summary>Thinks before it answers (<c>reasoning</c>).</summary>
    Reasoning = 1 << 5,

    /// <summary>Keeps to a JSON schema (<c>structured_output</c>).</summary>
    StructuredOutput = 1 << 6,

    /// <summary>Makes vectors (<c>embeddings</c>).</summary>
    Embeddings = 1 << 7,

    /// <summary>Makes pictures (<c>images</c>).</summary>
    Images = 1 << 8,

    /// <summary>Reads texts out (<c>speech</c>).</summary>
    Speech = 1 << 9,

    /// <summary>Writes down what is said (<c>transcription</c>).</summary>
    Transcription = 1 << 10,

    /// <summary>Orders documents by how well they fit (<c>rerank</c>).</summary>
    Rerank = 1 << 11,

    /// <summary>Finds what is harmful (<c>moderation</c>).</summary>
    Moderation = 1 << 12,

    /// <summary>Talks over a realtime session (<c>realtime</c>).</summary>
    Realtime = 1 << 13,
}

/// <summary>The names of capabilities in files and answers.</summary>
public static class ModelCapabilityNames
{
    /// <summary>Every name with what it means, in the order in which they are told.</summary>
    public static ImmutableArray<(string Name, ModelCapabilities Capability)> All { get; } =
    [
        ("chat", ModelCapabilities.Chat),
        ("vision", ModelCapabilities.Vision),
        ("audio_input", ModelCapabilities.AudioInput),
        ("audio_output", ModelCapabilities.AudioOutput),
        ("tools", ModelCapabilities.Tools),
        ("reasoning", ModelCapabilities.Reasoning),
        ("structured_output", ModelCapabilities.StructuredOutput),
        ("embeddings", ModelCapabilities.Embeddings),
        ("images", ModelCapabilities.Images),
        ("speech", ModelCapabilities.Speech),
        ("transcription", ModelCapabilities.Transcription),
        ("rerank", ModelCapabilities.Rerank),
        ("moderation", ModelCapabilities.Moderation),
        ("realtime", ModelCapabilities.Realtime),
    ];

    /// <summary>The names of what a model can do.</summary>
    public static IEnumerable<string> Of(ModelCapabilities capabilities) =>
        All.Where(row => capabilities.HasFlag(row.Capability)).Select(row => row.Name);
}
