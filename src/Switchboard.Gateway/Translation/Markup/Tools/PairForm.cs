namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>A name and pairs of keys and values in tags, as GLM 4.5 and later write them.</summary>
internal sealed class PairForm : ToolForm
{
    private const int LongestKey = 512;

    /// <inheritdoc/>
    public override byte[][] Openings { get; } = MarkupText.Markers("<tool_call>");

    /// <inheritdoc/>
    public override IEnumerator<bool> Read(CallBlock block)
    {
        while (block.Name()) { yield return More; }
        var name = block.Part;
        if (!block.Took)
        {
            yield break;
        }

        var arguments = new RawArguments(block);
        foreach (var more in ReadPairs(block, arguments)) { yield return more; }

        // A name alone says too little to be a call when the text ends after it.
        while (!arguments.IsBroken && block.Take("</tool_call>"u8)) { yield return More; }
        if (arguments.IsBroken)
        {
            yield break;
        }

        if (block.Took || (arguments.Count > 0 && block.EndsIn("</tool_call>"u8)))
        {
            arguments.Release(block[name]);
            block.Accept();
        }
    }

    private static IEnumerable<bool> ReadPairs(CallBlock block, RawArguments arguments)
    {
        while (true)
        {
            while (block.Take("<arg_key>"u8)) { yield return More; }
            if (!block.Took)
            {
                yield break;
            }

            while (block.Took && block.Until("</arg_key>"u8, LongestKey)) { yield return More; }
            var key = block.Part;
            while (block.Took && block.Take("<arg_value>"u8)) { yield return More; }
            while (block.Took && block.Until("</arg_value>"u8)) { yield return More; }
            if (!block.Took || block.IsMissing(MarkupText.Trim(block[key])))
            {
                arguments.IsBroken = true;
                yield break;
            }

            arguments.Add(MarkupText.Trim(block[key]), block.Part);
        }
    }
}
