using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Docs;

/// <summary>The code of docs/protocol.md: compiled, and compared with the page.</summary>
internal static class ProtocolSnippets
{
    public static (byte[] Json, ChatCompletion? Completion) Read(byte[] bytes)
    {
        var request = new ChatCompletionRequest
        {
            Model = "gpt-4o",
            Messages = [new SystemMessage("Be brief."), new UserMessage("hi")],
            ToolChoice = ChatToolChoice.Auto,
        };

        byte[] json = WireJson.SerializeToUtf8Bytes(request);
        var completion = WireJson.Deserialize<ChatCompletion>(bytes);
        return (json, completion);
    }
}
