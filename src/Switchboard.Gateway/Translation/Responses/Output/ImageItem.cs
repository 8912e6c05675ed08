using System.Buffers;

namespace Switchboard.Gateway.Translation.Responses.Output;

/// <summary>A picture that the model made, <c>image_generation_call</c>.</summary>
/// <param name="id">The item's id.</param>
/// <param name="index">Its place in the output.</param>
/// <param name="base64">The picture.</param>
internal sealed class ImageItem(string id, int index, byte[] base64) : OutputItem(id, index)
{
    /// <inheritdoc/>
    public override void WriteTo(IBufferWriter<byte> output, bool includesEncrypted)
    {
        WriteHead(output, "image_generation_call"u8);
        if (Status == ItemStatus.InProgress)
        {
            output.Write(",\"status\":\"in_progress\",\"result\":null}"u8);
            return;
        }

        // It comes whole, wherever the answer is cut off; its kind knows no other status for that.
        output.Write(",\"status\":\"completed\",\"result\":\""u8);
        output.Write(base64);
        output.Write("\"}"u8);
    }

    /// <inheritdoc/>
    public override void Open(ResponseEvents? events)
    {
        base.Open(events);
        events?.Bare("response.image_generation_call.in_progress"u8, this);
    }

    /// <inheritdoc/>
    protected override void CloseParts(ResponseEvents? events) => events?.Bare("response.image_generation_call.completed"u8, this);
}
