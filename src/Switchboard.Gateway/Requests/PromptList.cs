using System.Text.Json;

namespace Switchboard.Gateway.Requests;

/// <summary>Where the prompts of a text completion lie in its body.</summary>
/// <param name="Span">The whole value of <c>prompt</c>.</param>
/// <param name="Prompts">Each prompt: a string, or an array of tokens.</param>
internal sealed record PromptList(Range Span, IReadOnlyList<Range> Prompts)
{
    /// <summary>Finds them in a body that is known to be sound.</summary>
    /// <returns>Null where the prompt is no list of prompts: a string, or the tokens of one.</returns>
    public static PromptList? Find(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestReader.MaxDepth });
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isPrompt = json.ValueTextEquals("prompt"u8);
            json.Read();
            if (isPrompt)
            {
                return json.TokenType == JsonTokenType.StartArray ? Read(ref json) : null;
            }

            json.Skip();
        }

        return null;
    }

    private static PromptList? Read(ref Utf8JsonReader json)
    {
        var start = (int)json.TokenStartIndex;
        var prompts = new List<Range>();
        json.Read();
        if (json.TokenType == JsonTokenType.Number)
        {
            return null;
        }

        for (; json.TokenType != JsonTokenType.EndArray; json.Read())
        {
            var from = (int)json.TokenStartIndex;
            json.Skip();
            prompts.Add(from..(int)json.BytesConsumed);
        }

        return new PromptList(start..(int)json.BytesConsumed, prompts);
    }
}
