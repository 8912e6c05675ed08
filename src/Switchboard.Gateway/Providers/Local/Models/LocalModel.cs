namespace Switchboard.Gateway.Providers.Local.Models;

/// <summary>A model file that can be loaded, as its header describes it.</summary>
internal sealed record LocalModel
{
    /// <summary>The name callers use: the file's name without its extension.</summary>
    public required string Name { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>What it can do.</summary>
    public required LocalModelKind Kind { get; init; }

    /// <summary>The file's length in bytes: about what it takes of the memory.</summary>
    public required long Length { get; init; }

    /// <summary>When the file was written.</summary>
    public required DateTimeOffset Written { get; init; }

    /// <summary>What it is, in a sentence.</summary>
    public required string Description { get; init; }

    /// <summary>The most tokens, prompt and answer together.</summary>
    public int? ContextLength { get; init; }

    /// <summary>True for a model that comes with the program.</summary>
    public bool IsBuiltIn { get; init; }

    /// <summary>A short mark of the file, for <c>system_fingerprint</c>: it changes when the file does.</summary>
    public string Fingerprint => $"fp_{unchecked((uint)(Length ^ Written.UtcTicks ^ (Written.UtcTicks >> 32))):x8}";
}
