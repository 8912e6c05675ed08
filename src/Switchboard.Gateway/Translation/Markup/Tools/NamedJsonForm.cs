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
        if (isNamed)
        {
            while (block.Take("[CALL_ID]"u8)) { yield return More; }
            while (block.Took && block.Name()) { yield return More; }
            while (block.Take("[ARGS]"u8)) { yield return More; }
        }

        while (block.Json()) { yield return More; }
        if (!block.Took || (isNamed ? ReadNamed(block, name) : ParsedCall.ReadAll(block[block.Part])) is not { } calls)
        {
            yield break;
        }

        block.Release(calls);
        while (!isNamed && block.Take("[/TOOL_CALLS]"u8)) { yield return More; }
        block.Accept();
    }

    private static List<ParsedCall>? ReadNamed(CallBlock block, TextPart name) =>
        ParsedCall.ReadArguments(block[block.Part]) is { } arguments ? [new ParsedCall(block[name].ToArray(), arguments)] : null;
}
