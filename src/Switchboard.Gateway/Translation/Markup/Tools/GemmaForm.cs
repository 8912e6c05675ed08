namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>Calls of Gemma 4: an object with bare keys, whose strings stand between tokens of their own.</summary>
internal sealed class GemmaForm : ToolForm
{
    /// <inheritdoc/>
    public override byte[][] Openings { get; } = MarkupText.Markers("<|tool_call>");

    /// <inheritdoc/>
    public override IEnumerator<bool> Read(CallBlock block)
    {
        while (block.Take("call:"u8)) { yield return More; }
        while (block.Took && block.Name()) { yield return More; }
        var name = block.Part;
        while (block.Took && block.Take("{"u8)) { yield return More; }
        if (!block.Took)
        {
            yield break;
        }

        var start = block.At - 1;
        while (block.Until("<tool_call|>"u8)) { yield return More; }
        var end = block.Took ? block.Part.Start + block.Part.Length : block.EndWithout("<tool_call|>"u8);
        if (GemmaReader.TryRead(block[new TextPart(start, end - start)]) is { } arguments)
        {
            block.Release([], block[name], arguments);
            block.Accept();
        }
    }
}
