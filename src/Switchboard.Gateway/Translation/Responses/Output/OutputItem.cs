using System.Buffers;
using System.Text;

namespace Switchboard.Gateway.Translation.Responses.Output;

/// <summary>One item of a response's <c>output</c>. It collects what is said of it, and tells it as events where there is a stream.</summary>
/// <param name="id">Its id.</param>
/// <param name="index">Its place in the output.</param>
internal abstract class OutputItem(string id, int index)
{
    private readonly byte[] _id = Encoding.ASCII.GetBytes(id);

    /// <summary>Its id, ASCII.</summary>
    public ReadOnlySpan<byte> Id => _id;

    /// <summary>Its id.</summary>
    public string Name => id;

    /// <summary>Its place in the output.</summary>
    public int Index => index;

    /// <summary>How far it has come.</summary>
    public ItemStatus Status { get; private set; }

    /// <summary>Begins it.</summary>
    public virtual void Open(ResponseEvents? events) => events?.Write("response.output_item.added"u8, this, includesEncrypted: false);

    /// <summary>Ends it.</summary>
    /// <param name="events">The stream, if there is one.</param>
    /// <param name="isCut">The answer ended in its middle.</param>
    /// <param name="includesEncrypted">The caller asked for encrypted reasoning.</param>
    public void Close(ResponseEvents? events, bool isCut, bool includesEncrypted)
    {
        if (Status != ItemStatus.InProgress)
        {
            return;
        }

        CloseParts(events);
        Status = isCut ? ItemStatus.Incomplete : ItemStatus.Completed;
        events?.Write("response.output_item.done"u8, this, includesEncrypted);
    }

    /// <summary>Writes the item as it is now.</summary>
    public abstract void WriteTo(IBufferWriter<byte> output, bool includesEncrypted);

    /// <summary>Ends what is open in it.</summary>
    protected virtual void CloseParts(ResponseEvents? events)
    {
    }

    /// <summary>Writes its id and its type.</summary>
    protected void WriteHead(IBufferWriter<byte> output, ReadOnlySpan<byte> type)
    {
        output.Write("{\"id\":\""u8);
        output.Write(Id);
        output.Write("\",\"type\":\""u8);
        output.Write(type);
        output.Write("\""u8);
    }

    /// <summary>Writes its status.</summary>
    protected void WriteStatus(IBufferWriter<byte> output) => output.Write(Status switch
    {
        ItemStatus.Completed => ",\"status\":\"completed\""u8,
        ItemStatus.Incomplete => ",\"status\":\"incomplete\""u8,
        _ => ",\"status\":\"in_progress\""u8,
    });
}

/// <summary>How far an item has come.</summary>
internal enum ItemStatus
{
    /// <summary>More of it may come.</summary>
    InProgress,

    /// <summary>It is whole.</summary>
    Completed,

    /// <summary>The answer ended in its middle.</summary>
    Incomplete,
}
