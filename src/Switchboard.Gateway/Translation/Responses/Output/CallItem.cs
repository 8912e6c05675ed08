using System.Buffers;

namespace Switchboard.Gateway.Translation.Responses.Output;

/// <summary>A call of a tool that takes an object, <c>function_call</c>.</summary>
/// <param name="id">The item's id.</param>
/// <param name="index">Its place in the output.</param>
/// <param name="callId">The call's id, as it stands inside a JSON string.</param>
/// <param name="name">The tool's name, as it stands inside a JSON string.</param>
/// <param name="extra">What the provider wants back with the call, raw JSON that begins with a comma; empty for nothing.</param>
internal class CallItem(string id, int index, byte[] callId, byte[] name, byte[] extra) : OutputItem(id, index)
{
    private readonly ArrayBufferWriter<byte> _arguments = new();

    /// <summary>The arguments so far, as they stand inside a JSON string.</summary>
    protected ReadOnlySpan<byte> Arguments => _arguments.WrittenSpan;

    /// <summary>More of the arguments, as they stand inside a JSON string.</summary>
    public void Argue(ResponseEvents? events, ReadOnlySpan<byte> escaped)
    {
        if (!escaped.IsEmpty)
        {
            _arguments.Write(escaped);
            Tell(events, escaped);
        }
    }

    /// <inheritdoc/>
    public override void WriteTo(IBufferWriter<byte> output, bool includesEncrypted)
    {
        WriteHead(output, "function_call"u8);
        WriteStatus(output);
        output.Write(",\"arguments\":\""u8);
        output.Write(Status == ItemStatus.InProgress ? default : Arguments);
        output.Write("\""u8);
        WriteTail(output);
    }

    /// <summary>Writes the members that calls of all kinds have, and ends the object.</summary>
    protected void WriteTail(IBufferWriter<byte> output)
    {
        output.Write(",\"call_id\":\""u8);
        output.Write(callId);
        output.Write("\",\"name\":\""u8);
        output.Write(name);
        output.Write("\""u8);
        output.Write(extra);
        output.Write("}"u8);
    }

    /// <summary>Tells more of the arguments.</summary>
    protected virtual void Tell(ResponseEvents? events, ReadOnlySpan<byte> escaped) =>
        events?.Text("response.function_call_arguments.delta"u8, this, default, 0, ",\"delta\":"u8, escaped);

    /// <inheritdoc/>
    protected override void CloseParts(ResponseEvents? events)
    {
        if (_arguments.WrittenCount == 0)
        {
            // A call without arguments has an empty object: clients parse what stands there.
            Argue(events, "{}"u8);
        }

        events?.Text("response.function_call_arguments.done"u8, this, default, 0, ",\"arguments\":"u8, Arguments, [.. ",\"name\":\""u8, .. name, .. "\""u8]);
    }
}
