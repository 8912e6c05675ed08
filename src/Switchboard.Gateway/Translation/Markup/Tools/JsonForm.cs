namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>A marker and the calls as JSON, one object or a list of them, then perhaps a marker that ends them.</summary>
internal sealed class JsonForm(string opening, string closing = "") : ToolForm
{
    private readonly byte[] _closing = MarkupText.Markers(closing)[0];

    /// <inheritdoc/>
    public override byte[][] Openings { get; } = MarkupText.Markers(opening);

    /// <inheritdoc/>
    public override bool MayBeBare => IsBare;

    /// <summary>What may stand between one call and the next.</summary>
    public byte[] Separator { get; init; } = [];

    /// <summary>True where a text that begins with an object has one call, with no marker.</summary>
    public bool IsBare { get; init; }

    /// <inheritdoc/>
    public override IEnumerator<bool> Read(CallBlock block)
    {
        do
        {
            while (block.Json()) { yield return More; }
            if (!block.Took || ReadCalls(block) is not { } calls)
            {
                yield break;
            }

            while (_closing.Length > 0 && block.Take(_closing)) { yield return More; }
            if (!block.Took && !block.EndsIn(_closing))
            {
                yield break;
            }

            block.Release(calls);
            while (Separator.Length > 0 && block.Take(Separator)) { yield return More; }
        }
        while (Separator.Length > 0 && block.Took);

        block.Accept();
    }

    private static List<ParsedCall>? ReadCalls(CallBlock block)
    {
        var calls = ParsedCall.ReadAll(block[block.Part]);
        var isBare = block.Opening < 0;
        return calls is not null && isBare && !calls.TrueForAll(call => block.Schemas.MayKnow(call.Name)) ? null : calls;
    }
}
