namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>Calls as a list in Python, with keyword arguments that are literals.</summary>
internal sealed class PythonForm : ToolForm
{
    private const int List = 0;

    /// <inheritdoc/>
    public override byte[][] Openings { get; } = MarkupText.Markers("[", "<|python_start|>");

    /// <inheritdoc/>
    public override IEnumerator<bool> Read(CallBlock block)
    {
        var isTagged = block.Opening != List;
        while (isTagged && block.Take("["u8)) { yield return More; }
        if (isTagged && !block.Took)
        {
            yield break;
        }

        var start = block.At - 1;
        foreach (var more in ReadFirstWords(block)) { yield return more; }
        if (!block.Took)
        {
            yield break;
        }

        block.Back(start);
        while (block.PythonList()) { yield return More; }
        if (!block.Took || PythonReader.TryReadCalls(block[block.Part]) is not { } calls || !calls.TrueForAll(call => block.Schemas.MayKnow(call.Name)))
        {
            yield break;
        }

        block.Release(calls);
        while (isTagged && block.Take("<|python_end|>"u8)) { yield return More; }
        block.Accept();
    }

    // Most brackets are none of calls, which their first words tell.
    private static IEnumerable<bool> ReadFirstWords(CallBlock block)
    {
        while (block.Name()) { yield return More; }
        if (!block.Took || !block.Schemas.MayKnow(block[block.Part]))
        {
            block.Fail();
            yield break;
        }

        while (block.Take("("u8)) { yield return More; }
        if (!block.Took)
        {
            yield break;
        }

        while (block.Take(")"u8)) { yield return More; }
        if (!block.Took)
        {
            while (block.Name()) { yield return More; }
            while (block.Took && block.Take("="u8)) { yield return More; }
        }
    }
}
