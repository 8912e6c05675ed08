namespace Switchboard.Client.Tools;

/// <summary>Thrown by a tool to tell the model something: its message goes to the model as it is, that of other exceptions does not.</summary>
/// <param name="message">What the model is told.</param>
/// <param name="cause">What led to it; not told to the model.</param>
public sealed class ToolException(string message, Exception? cause = null) : Exception(message, cause);
