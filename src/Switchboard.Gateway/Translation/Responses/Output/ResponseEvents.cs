using System.Buffers;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Responses.Output;

/// <summary>The events of one stream of a response, numbered, put together by hand: most of each is known beforehand.</summary>
/// <param name="output">Where they go; whole events only.</param>
/// <param name="call">Whose stream it is; it knows the number of the next event, should it have to end the stream itself.</param>
internal sealed class ResponseEvents(IBufferWriter<byte> output, GatewayCall call)
{
    /// <summary>Writes an event that tells the whole response.</summary>
    public void Write(ReadOnlySpan<byte> type, ResponseFrame frame, in ResponseEnd end, IReadOnlyList<OutputItem> items)
    {
        Open(type);
        output.Write(",\"response\":"u8);
        frame.WriteTo(output, end, items, frame.IncludesEncrypted);
        Close();
    }

    /// <summary>Writes <c>response.output_item.added</c> or <c>response.output_item.done</c>.</summary>
    public void Write(ReadOnlySpan<byte> type, OutputItem item, bool includesEncrypted)
    {
        Open(type);
        output.Write(",\"output_index\":"u8);
        ChatJson.Number(output, item.Index);
        output.Write(",\"item\":"u8);
        item.WriteTo(output, includesEncrypted);
        Close();
    }

    /// <summary>Writes an event of an item that has one text to tell: a delta, or what came of all of them.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="item">Whose it is.</param>
    /// <param name="part">The name of the number of its part, a comma before it; empty where items of the kind have no parts.</param>
    /// <param name="partIndex">The number of its part.</param>
    /// <param name="member">The name of the text, quotes and colon with it.</param>
    /// <param name="escaped">The text, as it stands inside a JSON string.</param>
    /// <param name="more">More members, raw JSON that begins with a comma.</param>
    public void Text(ReadOnlySpan<byte> type, OutputItem item, ReadOnlySpan<byte> part, int partIndex, ReadOnlySpan<byte> member, ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> more = default)
    {
        OpenItem(type, item, part, partIndex);
        output.Write(member);
        output.Write("\""u8);
        output.Write(escaped);
        output.Write("\""u8);
        output.Write(more);
        Close();
    }

    /// <summary>Writes an event of an item that has JSON to tell.</summary>
    public void Raw(ReadOnlySpan<byte> type, OutputItem item, ReadOnlySpan<byte> part, int partIndex, ReadOnlySpan<byte> member, ReadOnlySpan<byte> json)
    {
        OpenItem(type, item, part, partIndex);
        output.Write(member);
        output.Write(json);
        Close();
    }

    /// <summary>Writes an event of an item that has nothing more to tell.</summary>
    public void Bare(ReadOnlySpan<byte> type, OutputItem item)
    {
        OpenItem(type, item, default, 0);
        Close();
    }

    private void OpenItem(ReadOnlySpan<byte> type, OutputItem item, ReadOnlySpan<byte> part, int partIndex)
    {
        Open(type);
        output.Write(",\"item_id\":\""u8);
        output.Write(item.Id);
        output.Write("\",\"output_index\":"u8);
        ChatJson.Number(output, item.Index);
        if (!part.IsEmpty)
        {
            output.Write(part);
            ChatJson.Number(output, partIndex);
        }
    }

    private void Open(ReadOnlySpan<byte> type)
    {
        output.Write("event: "u8);
        output.Write(type);
        output.Write("\ndata: {\"type\":\""u8);
        output.Write(type);
        output.Write("\",\"sequence_number\":"u8);
        ChatJson.Number(output, call.NextEvent++);
    }

    private void Close() => output.Write("}\n\n"u8);
}
