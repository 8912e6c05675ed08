namespace Switchboard.Gateway.Guardrails.Texts;

/// <summary>Where the texts of Anthropic's blocks of content lie, which may hold others: results of tools, documents in them.</summary>
internal static class BlockTexts
{
    /// <summary>How many blocks one lies in: results of tools hold documents, which hold blocks.</summary>
    public const int Deepest = 3;

    /// <summary>Adds those of a block.</summary>
    /// <param name="map">The map.</param>
    /// <param name="block">Where the block lies, such as <c>system[]</c>.</param>
    /// <param name="depth">How many blocks one may lie in another.</param>
    public static TextMap WithBlock(this TextMap map, string block, int depth)
    {
        map
            .With(
                TextRole.Content,
                $"{block}.text",
                $"{block}.title",
                $"{block}.context",
                $"{block}.citations[].cited_text",
                $"{block}.source.data{{type=text}}",
                $"{block}.source.content",
                $"{block}.source.content[].text",
                $"{block}.stdout",
                $"{block}.stderr",
                $"{block}.lines[]",
                $"{block}.content")
            .With(TextRole.Arguments, $"{block}.input.**")
            .With(TextRole.Reasoning, $"{block}.thinking");
        return depth == 0 ? map : map.WithBlock($"{block}.content[]", depth - 1);
    }
}
