namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>
/// Tags for a section, the calls in it and the parameters in these: the opening tags of calls and parameters have the
/// name and a <c>&gt;</c> after what is given here. A call without its section counts too.
/// </summary>
internal sealed class TagForm(string section, string sectionEnd, string call, string callEnd, string parameter, string parameterEnd) : ToolForm
{
    private const int Section = 0;
    private const int LongestTag = 512;

    private readonly byte[] _sectionEnd = MarkupText.Markers(sectionEnd)[0];
    private readonly byte[] _call = MarkupText.Markers(call)[0];
    private readonly byte[] _callEnd = MarkupText.Markers(callEnd)[0];
    private readonly byte[] _parameter = MarkupText.Markers(parameter)[0];
    private readonly byte[] _parameterEnd = MarkupText.Markers(parameterEnd)[0];

    /// <inheritdoc/>
    public override byte[][] Openings { get; } = MarkupText.Markers(section, call);

    /// <inheritdoc/>
    public override IEnumerator<bool> Read(CallBlock block)
    {
        var isInSection = block.Opening == Section;
        var isOpen = !isInSection;
        while (true)
        {
            while (!isOpen && block.Take(_call)) { yield return More; }
            if (!isOpen && !block.Took)
            {
                break;
            }

            foreach (var more in ReadCall(block)) { yield return more; }
            if (!block.Took)
            {
                yield break;
            }

            isOpen = false;
        }

        while (block.Take(_sectionEnd)) { yield return More; }
        if (block.Took || (block.HasCommitted && (block.EndsIn(_sectionEnd) || !isInSection)))
        {
            block.Accept();
        }
    }

    private IEnumerable<bool> ReadCall(CallBlock block)
    {
        while (block.Until(">"u8, LongestTag)) { yield return More; }
        var name = block.Part;
        if (!block.Took)
        {
            yield break;
        }

        var arguments = new RawArguments(block);
        foreach (var more in ReadParameters(block, arguments)) { yield return more; }
        while (!arguments.IsBroken && block.Take(_callEnd)) { yield return More; }
        if (!arguments.IsBroken && block.Took && !block.IsMissing(NameIn(block[name])))
        {
            arguments.Release(NameIn(block[name]));
            block.Commit();
        }
    }

    private IEnumerable<bool> ReadParameters(CallBlock block, RawArguments arguments)
    {
        while (true)
        {
            while (block.Take(_parameter)) { yield return More; }
            if (!block.Took)
            {
                yield break;
            }

            while (block.Until(">"u8, LongestTag)) { yield return More; }
            var key = block.Part;
            while (block.Took && block.Until(_parameterEnd)) { yield return More; }
            if (!block.Took || block.IsMissing(NameIn(block[key])))
            {
                arguments.IsBroken = true;
                block.Fail();
                yield break;
            }

            arguments.Add(NameIn(block[key]), block.Part, IsString(block[key]));
        }
    }

    // A name, a name in quotes, or a name in quotes and attributes after it.
    private static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> tag)
    {
        tag = MarkupText.Trim(tag);
        if (tag.IsEmpty || tag[0] is not ((byte)'"' or (byte)'\''))
        {
            return tag;
        }

        var end = tag[1..].IndexOf(tag[0]);
        return end < 0 ? [] : MarkupText.Trim(tag.Slice(1, end));
    }

    private static bool? IsString(ReadOnlySpan<byte> tag) =>
        tag.IndexOf("string=\"true\""u8) >= 0 ? true : tag.IndexOf("string=\"false\""u8) >= 0 ? false : null;
}
