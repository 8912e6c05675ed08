using Switchboard.Protocol.Responses;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>The text of a response.</summary>
internal static class ResponseText
{
    /// <summary>The text of the last message that has some, and the first refusal.</summary>
    /// <remarks>The last one only: messages before it are the model's comments on its work.</remarks>
    public static (string? Text, string? Refusal) LastOf(Response response)
    {
        string? text = null;
        string? refusal = null;
        foreach (var item in response.Output)
        {
            // Servers that give their messages no id: these are read as messages of the input.
            var contents = item switch
            {
                OutputMessage output => output.Content,
                InputMessage input => input.Content.Contents,
                _ => null,
            };
            var texts = contents?.OfType<OutputTextContent>().Select(content => content.Text).ToArray() ?? [];
            text = texts.Length > 0 ? string.Concat(texts) : (item as InputMessage)?.Content.Text ?? text;
            refusal ??= contents?.OfType<RefusalContent>().FirstOrDefault()?.Refusal;
        }

        return (text, refusal);
    }
}
