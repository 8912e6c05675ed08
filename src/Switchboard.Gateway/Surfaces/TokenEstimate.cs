using System.Text.Json;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Routing.Choice;

namespace Switchboard.Gateway.Surfaces;

/// <summary>About how many tokens a chat is, where nobody can be asked: from the length of its texts.</summary>
public static class TokenEstimate
{
    /// <summary>What a picture or a document comes to, whose size in tokens its bytes do not tell.</summary>
    private const int OfFile = 1000;

    // What stands around a message.
    private const int OfObject = 3;

    // Beyond it a request may hold pictures or documents, whose bytes tell nothing of their tokens.
    private const int UsualBody = 64 * 1024;

    /// <summary>Estimates the prompt of a request, which is looked into only where it is large.</summary>
    /// <param name="body">The request, JSON.</param>
    public static int OfRequest(ReadOnlySpan<byte> body)
    {
        var byLength = CallTraits.PromptTokens(body.Length);
        if (body.Length <= UsualBody)
        {
            return byLength;
        }

        try
        {
            return Math.Min(Of(body), byLength);
        }
        catch (JsonException)
        {
            // It was read before; what it is then is for others to say.
            return byLength;
        }
    }

    /// <summary>Estimates.</summary>
    /// <param name="chat">The chat request, UTF-8 JSON.</param>
    public static int Of(ReadOnlySpan<byte> chat)
    {
        var (ascii, others, fixedTokens) = (0L, 0L, 0L);
        var json = new Utf8JsonReader(chat, new JsonReaderOptions { MaxDepth = RequestReader.MaxDepth });
        while (json.Read())
        {
            if (json.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
            {
                fixedTokens += json.TokenType == JsonTokenType.StartObject && json.CurrentDepth == 2 ? OfObject : 0;
                continue;
            }

            if (json.ValueSpan.StartsWith("data:"u8) || json.ValueSpan.Length > 64 * 1024 && !json.ValueSpan.Contains((byte)' '))
            {
                fixedTokens += OfFile;
                continue;
            }

            foreach (var value in json.ValueSpan)
            {
                ascii += value < 0x80 ? 1 : 0;
                others += value >= 0xC0 ? 1 : 0;
            }
        }

        // Four letters of Latin script are about a token; a character of any other script is about one.
        return (int)Math.Min(int.MaxValue, ((ascii + 3) / 4) + others + fixedTokens);
    }
}
