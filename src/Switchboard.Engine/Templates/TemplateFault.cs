namespace Switchboard.Engine.Templates;

/// <summary>A template cannot be parsed or run. <see cref="ChatTemplate"/> makes it a <see cref="ChatTemplateException"/>.</summary>
internal sealed class TemplateFault(string message) : Exception(message);
