namespace Switchboard.Server.Configuration;

/// <summary>What a setting's value is.</summary>
internal enum SettingKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A duration such as <c>30s</c>.</summary>
    Duration,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A list of nodes.</summary>
    List,

    /// <summary>Settings below one name.</summary>
    Group,

    /// <summary>Names of the operator's own, each with a word.</summary>
    Map,

    /// <summary>Names of the operator's own, each with settings.</summary>
    Groups,

    /// <summary>A list of texts.</summary>
    Texts,
}

/// <summary>One setting as the file knows it: what the binder takes, and what the JSON schema tells editors.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="Description">What it does, in a sentence.</param>
internal sealed record SettingDefinition(string Name, SettingKind Kind, string Description)
{
    /// <summary>What holds where nobody says anything, as one would write it.</summary>
    public string? Default { get; init; }

    /// <summary>Its only values, where there are few.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>The least and most a number may be.</summary>
    public (int Least, int Most)? Range { get; init; }

    /// <summary>The settings of a group, or of each of several.</summary>
    public IReadOnlyList<SettingDefinition> Members { get; init; } = [];

    /// <summary>True where leaving it out is a fault.</summary>
    public bool IsRequired { get; init; }
}
