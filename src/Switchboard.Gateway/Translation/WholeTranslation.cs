using System.Buffers;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation;

/// <summary>Makes the answer of the OpenAI API out of a foreign one that came as a whole.</summary>
/// <param name="body">The foreign answer, UTF-8 JSON.</param>
/// <param name="output">Where the OpenAI answer goes.</param>
/// <returns>What the body was; only when it was <see cref="ForeignPiece.Taken"/> is the output to be sent.</returns>
/// <exception cref="System.Text.Json.JsonException">It is not JSON.</exception>
/// <exception cref="InvalidOperationException">Its JSON is not of the dialect's shape.</exception>
internal delegate ForeignPiece WholeTranslation(ReadOnlyMemory<byte> body, IBufferWriter<byte> output);

/// <summary>Translations of answers that come as a whole.</summary>
internal static class WholeTranslations
{
    /// <summary>Of a chat completion.</summary>
    public static WholeTranslation OfChat(ForeignAnswer answer, ChatStamp stamp) => (body, output) =>
    {
        var completion = new ChatCompletion(stamp);
        var piece = answer.ReadWhole(body, completion);
        if (piece == ForeignPiece.Taken)
        {
            if (!completion.IsWhole)
            {
                return ForeignPiece.Malformed;
            }

            completion.WriteTo(output);
        }

        return piece;
    };
}
