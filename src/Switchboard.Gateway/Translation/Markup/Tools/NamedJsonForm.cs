namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>
/// The calls of Mistral's models: a marker and a list in JSON, with or without a marker at its end; or, of the newer
/// ones, the name of the function and its arguments as JSON.
/// </summary>
internal sealed class NamedJsonForm : ToolForm
{
    /// <inheritdoc/>
    public override byte[][] Openings { get; } = MarkupText.Markers("[TOOL_CALLS]");

    /// <inheritdoc/>
    public override IEnumerator<bool> Read(CallBlock block)
    {
        while (block.Name()) { yield return More; }
        var name = block.Part;
        var isNamed = block.Took;
        var id = default(TextPart);
        if (isNamed)
        {
            while (block.Take("[CALL_ID]"u8)) { yield return More; }
            while (block.Took && block.Name()) { yield return More; }
            id = block.Took ? block.Part : id;
            while (block.Take("[ARGS]"u8)) { yield return More; }
        }

        while (block.Json()) { yield return More; }
        if (!block.Took || !(isNamed ? ReleaseNamed(block, id, name) : ReleaseAll(block)))
        {
            yield break;
        }

        while (!isNamed && block.Take("[/TOOL_CALLS]"u8)) { yield return More; }
        block.Accept();
    }

    private static bool ReleaseNamed(CallBlock block, TextPart id, TextPart name)
    {
        if (ParsedCall.ReadArguments(block[block.Part]) is not { } arguments)
        {
            return false;
        }

        block.Release(block[id], block[name], arguments);
        block.Commit();
        return true;
    }

    private static bool ReleaseAll(CallBlock block)
    {
        if (ParsedCall.ReadAll(block[block.Part]) is not { } calls)
        {
            return false;
        }

        block.Release(calls);
        return true;
    }
}
