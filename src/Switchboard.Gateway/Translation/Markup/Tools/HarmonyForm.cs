namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>
/// The messages of gpt-oss: those to a function are calls; of the others the markers are dropped, and what they hold is
/// text.
/// </summary>
internal sealed class HarmonyForm : ToolForm
{
    private const int Headers = 2;
    private const int LongestHeader = 512;

    /// <inheritdoc/>
    public override byte[][] Openings { get; } = MarkupText.Markers("<|start|>assistant", "<|channel|>", "<|end|>", "<|return|>", "<|call|>");

    /// <inheritdoc/>
    public override IEnumerator<bool> Read(CallBlock block)
    {
        if (block.Opening >= Headers)
        {
            block.Accept();
            yield break;
        }

        while (block.Until("<|message|>"u8, LongestHeader)) { yield return More; }
        if (!block.Took)
        {
            yield break;
        }

        var name = FunctionIn(block, block.Part);
        if (name.Length == 0)
        {
            block.Accept();
            yield break;
        }

        while (block.Json()) { yield return More; }
        if (!block.Took || ParsedCall.ReadArguments(block[block.Part]) is not { } arguments)
        {
            yield break;
        }

        block.Release([], block[name], arguments);
        block.Commit();
        while (block.Take("<|call|>"u8)) { yield return More; }
        block.Accept();
    }

    // Empty where the message is to nobody, or to a tool that is no function of the request.
    private static TextPart FunctionIn(CallBlock block, TextPart header)
    {
        var marker = "to=functions."u8;
        var text = block[header];
        var at = text.IndexOf(marker);
        if (at < 0)
        {
            return default;
        }

        var start = at + marker.Length;
        var length = text[start..].IndexOfAny(" <\t\r\n"u8);
        return new TextPart(header.Start + start, length < 0 ? text.Length - start : length);
    }
}
