namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>
/// Special tokens for a section, the calls in it, and between the name of a call and its JSON. A call without its
/// section counts too.
/// </summary>
internal sealed class TokenForm(string[] sections, string[] sectionEnds, string call, string separator, string callEnd) : ToolForm
{
    private readonly byte[][] _sectionEnds = MarkupText.Markers(sectionEnds);
    private readonly byte[] _call = MarkupText.Markers(call)[0];
    private readonly byte[] _separator = MarkupText.Markers(separator)[0];
    private readonly byte[] _callEnd = MarkupText.Markers(callEnd)[0];

    /// <inheritdoc/>
    public override byte[][] Openings { get; } = MarkupText.Markers([.. sections, call]);

    /// <summary>True where the type stands before the separator, then the name on a line and the JSON in a fence.</summary>
    public bool IsFenced { get; init; }

    /// <summary>True where the name is an id, <c>functions.NAME:NUMBER</c>.</summary>
    public bool HasIds { get; init; }

    /// <inheritdoc/>
    public override IEnumerator<bool> Read(CallBlock block)
    {
        var isInSection = block.Opening < sections.Length;
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

        foreach (var end in _sectionEnds)
        {
            while (!block.Took && block.Take(end)) { yield return More; }
        }

        if (block.Took || (block.HasCommitted && (!isInSection || Array.Exists(_sectionEnds, end => block.EndsIn(end)))))
        {
            block.Accept();
        }
    }

    private IEnumerable<bool> ReadCall(CallBlock block)
    {
        foreach (var more in ReadHead(block)) { yield return more; }
        var name = block.Part;
        while (block.Took && block.Json()) { yield return More; }
        if (!block.Took || ParsedCall.ReadArguments(block[block.Part]) is not { } arguments)
        {
            block.Fail();
            yield break;
        }

        while (IsFenced && block.Take("```"u8)) { yield return More; }
        while (block.Take(_callEnd)) { yield return More; }
        if (block.Took || block.EndsIn(_callEnd))
        {
            Release(block, block[name], arguments);
        }
    }

    // Its last part is the name.
    private IEnumerable<bool> ReadHead(CallBlock block)
    {
        while (block.Name()) { yield return More; }
        while (block.Took && block.Take(_separator)) { yield return More; }
        if (IsFenced)
        {
            while (block.Took && block.Name()) { yield return More; }
            while (block.Took && block.Take("```json"u8)) { yield return More; }
        }
    }

    private void Release(CallBlock block, ReadOnlySpan<byte> id, byte[] arguments)
    {
        block.Release(HasIds ? id : [], HasIds ? NameIn(id) : id, arguments);
        block.Commit();
    }

    private static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> id)
    {
        id = id.StartsWith("functions."u8) ? id["functions.".Length..] : id;
        return id.LastIndexOf((byte)':') is > 0 and var colon ? id[..colon] : id;
    }
}
