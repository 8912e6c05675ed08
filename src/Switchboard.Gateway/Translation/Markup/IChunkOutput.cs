namespace Switchboard.Gateway.Translation.Markup;

/// <summary>Takes the chunks of a stream.</summary>
internal interface IChunkOutput
{
    /// <summary>The JSON of the next chunk, good until this returns.</summary>
    void Chunk(ReadOnlySpan<byte> json);
}
