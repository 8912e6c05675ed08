using System.Text;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Chat;

/// <summary>A guess at the tokens of a message, for when nobody counts them.</summary>
internal static class MessageTokens
{
    // What the format of a chat costs a message, and an image of medium size.
    private const int PerMessage = 4;
    private const int PerImage = 800;
    private const int BytesPerToken = 4;

    /// <summary>A token for four bytes of text, a flat 800 for an image.</summary>
    public static int Estimate(ChatMessage message) => PerMessage + message switch
    {
        UserMessage { Content.Text: { } text } => Of(text),
        UserMessage { Content.Parts: { } parts } => parts.Sum(Of),
        SystemMessage { Content.Text: { } text } => Of(text),
        DeveloperMessage { Content.Text: { } text } => Of(text),
        ToolMessage { Content.Text: { } text } => Of(text),
        AssistantMessage { ToolCalls: null, Content: { Text: { } text } } => Of(text),
        _ => OfJson(message),
    };

    private static int Of(ChatContentPart part) => part switch
    {
        ChatTextPart text => Of(text.Text),
        ChatImagePart => PerImage,
        _ => OfJson(part),
    };

    private static int Of(string text) => (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken;

    private static int OfJson<T>(T value)
        where T : IWireCodec<T> => WireJson.SerializeToUtf8Bytes(value).Length / BytesPerToken;
}
