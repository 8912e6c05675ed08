namespace Switchboard.Server.Configuration;

/// <summary>One thing that is wrong with the configuration; its text is one line for the operator.</summary>
/// <param name="Where">File and line, variable or flag; null where nobody wrote it.</param>
/// <param name="Setting">The setting's path, such as <c>providers.openai.base_url</c>; null for a fault of the whole file.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record SettingFault(string? Where, string? Setting, string Message)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(": ", new[] { Where, Setting, Message }.Where(part => !string.IsNullOrEmpty(part)));
}
