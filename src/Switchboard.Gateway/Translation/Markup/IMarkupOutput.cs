namespace Switchboard.Gateway.Translation.Markup;

/// <summary>Takes what the text of one choice says, in its order. Text and reasoning come in pieces cut anywhere between characters; a call comes whole.</summary>
internal interface IMarkupOutput
{
    /// <summary>A piece of plain text; never empty.</summary>
    void Text(ReadOnlySpan<byte> text);

    /// <summary>A piece of reasoning; never empty.</summary>
    void Reasoning(ReadOnlySpan<byte> text);

    /// <summary>A call of a tool.</summary>
    /// <param name="id">The id that the model wrote; empty where it wrote none.</param>
    /// <param name="name">The name of the function.</param>
    /// <param name="arguments">A JSON object.</param>
    void ToolCall(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments);
}
