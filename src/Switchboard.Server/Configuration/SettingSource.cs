namespace Switchboard.Server.Configuration;

/// <summary>Where a setting was written: a file and its line, a variable, or a flag.</summary>
/// <param name="Name">File name, <c>environment variable PORT</c>, or the flag.</param>
/// <param name="Line">Line of the file, from 1; 0 where there is none.</param>
internal sealed record SettingSource(string Name, int Line = 0)
{
    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"{Name}:{Line}" : Name;
}
