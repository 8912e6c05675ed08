namespace Switchboard.Client.Tools;

/// <summary>A call of a tool that the model asks for.</summary>
/// <param name="Id">The call's identifier, which its result goes back with.</param>
/// <param name="Name">The tool's name.</param>
/// <param name="Input">The arguments as the model wrote them: JSON, or any text for a custom tool.</param>
public sealed record ToolCall(string Id, string Name, string Input)
{
    /// <summary>The call of a custom tool, whose input is text.</summary>
    public bool IsCustom { get; init; }
}
