using System.Buffers;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation;

/// <summary>JSON that goes into a string: dialects that give the arguments of a tool as an object, where chat has a text.</summary>
internal static class EscapedJson
{
    /// <summary>Tells the arguments of the tool call that began last.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="choice">The choice.</param>
    /// <param name="json">The arguments, raw JSON.</param>
    public static void WriteArguments(IChatOutput output, int choice, ReadOnlySpan<byte> json)
    {
        var escaped = new ArrayBufferWriter<byte>(json.Length + 32);
        ChatJson.Escape(escaped, json);
        output.ToolArguments(choice, escaped.WrittenSpan);
    }
}
