using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Responses.Output;

/// <summary>
/// A call of a tool that takes a text, <c>custom_tool_call</c>. The model wrote it as the arguments of a function, so its
/// text is known when the call is whole.
/// </summary>
internal sealed class CustomCallItem(string id, int index, byte[] callId, byte[] name, byte[] extra) : CallItem(id, index, callId, name, extra)
{
    /// <inheritdoc/>
    public override void WriteTo(IBufferWriter<byte> output, bool includesEncrypted)
    {
        WriteHead(output, "custom_tool_call"u8);
        WriteStatus(output);
        output.Write(",\"input\":\""u8);
        output.Write(Status == ItemStatus.InProgress ? default : Input());
        output.Write("\""u8);
        WriteTail(output);
    }

    /// <inheritdoc/>
    protected override void Tell(ResponseEvents? events, ReadOnlySpan<byte> escaped)
    {
        // Pieces of JSON are no pieces of the text.
    }

    /// <inheritdoc/>
    protected override void CloseParts(ResponseEvents? events)
    {
        var input = Input();
        events?.Text("response.custom_tool_call_input.delta"u8, this, default, 0, ",\"delta\":"u8, input);
        events?.Text("response.custom_tool_call_input.done"u8, this, default, 0, ",\"input\":"u8, input);
    }

    private ReadOnlySpan<byte> Input()
    {
        var quoted = new Utf8JsonReader([.. "\""u8, .. Arguments, .. "\""u8]);
        quoted.Read();
        var input = new ArrayBufferWriter<byte>(Arguments.Length + 16);
        ChatJson.Escape(input, CustomTools.InputOf(quoted.GetString() ?? ""));
        return input.WrittenSpan;
    }
}
