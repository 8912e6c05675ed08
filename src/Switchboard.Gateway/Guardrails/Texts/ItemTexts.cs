namespace Switchboard.Gateway.Guardrails.Texts;

/// <summary>Where the texts of the Responses API's items lie: of those that go to a model, and of those that come from one.</summary>
internal static class ItemTexts
{
    /// <summary>Adds those of an item.</summary>
    /// <param name="map">The map.</param>
    /// <param name="item">Where the item lies, such as <c>input[]</c>.</param>
    public static TextMap WithItem(this TextMap map, string item) => map
        .With(
            TextRole.Content,
            $"{item}.content",
            $"{item}.content[].text",
            $"{item}.content[].transcript",
            $"{item}.output",
            $"{item}.output[].text",
            $"{item}.output[].stdout",
            $"{item}.output[].stderr",
            $"{item}.outputs[].logs",
            $"{item}.results[].text",
            $"{item}.result{{type=program_output}}",
            $"{item}.reason",
            $"{item}.error",
            $"{item}.error.message")
        .With(TextRole.Refusal, $"{item}.content[].refusal")
        .With(
            TextRole.Arguments,
            $"{item}.arguments.**",
            $"{item}.input",
            $"{item}.code",
            $"{item}.queries[]",
            $"{item}.action.command[]",
            $"{item}.action.commands[]",
            $"{item}.action.env.**",
            $"{item}.action.query",
            $"{item}.action.queries[]",
            $"{item}.action.pattern",
            $"{item}.action.text",
            $"{item}.actions[].text",
            $"{item}.operation.diff",
            $"{item}.operation.path")
        .With(TextRole.Reasoning, $"{item}.summary[].text")

        // What the gateway packs there for a provider says once more what was thought.
        .With(TextRole.Echo, $"{item}.content[].logprobs", $"{item}.encrypted_content");
}
