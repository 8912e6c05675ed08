namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>Calls of MiniMax M3: nested tags, each after a token, whose names are those of the arguments.</summary>
internal sealed class NamespaceForm : ToolForm
{
    private const int LongestTag = 512;

    private static readonly byte[][] s_openings = MarkupText.Markers("]<]minimax[>[<tool_call>");

    /// <inheritdoc/>
    public override byte[][] Openings => s_openings;

    /// <inheritdoc/>
    public override IEnumerator<bool> Read(CallBlock block)
    {
        while (true)
        {
            while (block.Take("]<]minimax[>[<invoke name="u8)) { yield return More; }
            if (!block.Took)
            {
                break;
            }

            while (block.Until(">"u8, LongestTag)) { yield return More; }
            var name = block.Part;
            if (!block.Took)
            {
                yield break;
            }

            while (block.Until("]<]minimax[>[</invoke>"u8)) { yield return More; }
            if (!block.Took || !Release(block, name, block.Part))
            {
                yield break;
            }

            block.Commit();
        }

        while (block.Take("]<]minimax[>[</tool_call>"u8)) { yield return More; }
        if (block.Took || (block.HasCommitted && block.EndsIn("]<]minimax[>[</tool_call>"u8)))
        {
            block.Accept();
        }
    }

    private static bool Release(CallBlock block, TextPart namePart, TextPart body)
    {
        var name = MarkupText.Trim(block[namePart]).Trim("\"'"u8);
        if (name.IsEmpty || NamespaceNode.TryRead(block[body]) is not { } root)
        {
            return false;
        }

        var schema = Schema.OfParameters(block.Schemas.Of(System.Text.Encoding.UTF8.GetString(name)));
        block.Release([], name, ArgumentWriter.Write(writer => root.WriteObject(writer, schema)));
        return true;
    }
}
