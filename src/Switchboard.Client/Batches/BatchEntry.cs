using System.Buffers;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Batches;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Completions;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Images;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Moderations;
using Switchboard.Protocol.Responses;
using Switchboard.Protocol.Videos;

namespace Switchboard.Client.Batches;

/// <summary>One request of a batch: a line of its file.</summary>
public sealed class BatchEntry
{
    private readonly Action<IBufferWriter<byte>> _writeBody;

    private BatchEntry(string customId, BatchRequestEndpoint endpoint, Action<IBufferWriter<byte>> writeBody)
    {
        ArgumentException.ThrowIfNullOrEmpty(customId);
        CustomId = customId;
        Endpoint = endpoint;
        _writeBody = writeBody;
    }

    /// <summary>Your name for the request, by which its result is found; no two in a batch are the same.</summary>
    public string CustomId { get; }

    /// <summary>The endpoint that answers it.</summary>
    public BatchRequestEndpoint Endpoint { get; }

    /// <summary>A chat completion.</summary>
    public static BatchEntry Of(string customId, ChatCompletionRequest body) => Of(customId, BatchRequestEndpoint.V1ChatCompletions, body);

    /// <summary>A response.</summary>
    public static BatchEntry Of(string customId, ResponseRequest body) => Of(customId, BatchRequestEndpoint.V1Responses, body);

    /// <summary>Embeddings.</summary>
    public static BatchEntry Of(string customId, EmbeddingRequest body) => Of(customId, BatchRequestEndpoint.V1Embeddings, body);

    /// <summary>A completion.</summary>
    public static BatchEntry Of(string customId, CompletionRequest body) => Of(customId, BatchRequestEndpoint.V1Completions, body);

    /// <summary>A moderation.</summary>
    public static BatchEntry Of(string customId, ModerationRequest body) => Of(customId, BatchRequestEndpoint.V1Moderations, body);

    /// <summary>Images.</summary>
    public static BatchEntry Of(string customId, ImageRequest body) => Of(customId, BatchRequestEndpoint.V1ImagesGenerations, body);

    /// <summary>Images from images.</summary>
    public static BatchEntry Of(string customId, ImageEditJsonRequest body) => Of(customId, BatchRequestEndpoint.V1ImagesEdits, body);

    /// <summary>A video.</summary>
    public static BatchEntry Of(string customId, VideoJsonRequest body) => Of(customId, BatchRequestEndpoint.V1Videos, body);

    /// <summary>A request for another endpoint.</summary>
    /// <param name="customId">Your name for the request.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="body">The request.</param>
    public static BatchEntry Of<T>(string customId, BatchRequestEndpoint endpoint, T body)
        where T : IWireCodec<T>
    {
        ArgumentNullException.ThrowIfNull(body);
        return new BatchEntry(customId, endpoint, output => WireJson.Serialize(output, body));
    }

    /// <summary>A request of a type of your own.</summary>
    /// <param name="customId">Your name for the request.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="body">The request.</param>
    /// <param name="type">How it is written.</param>
    public static BatchEntry Of<T>(string customId, BatchRequestEndpoint endpoint, T body, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new BatchEntry(customId, endpoint, output => output.Write(RawJson.From(body, type).Utf8.Span));
    }

    /// <summary>Writes the line, its end included.</summary>
    internal void WriteTo(PooledBuffer output)
    {
        using var body = new PooledBuffer();
        _writeBody(body);
        output.Write("{\"custom_id\":"u8);
        JsonMembers.WriteString(output, Encoding.UTF8.GetBytes(CustomId));
        output.Write(",\"method\":\"POST\",\"url\":"u8);
        JsonMembers.WriteString(output, Encoding.UTF8.GetBytes(Endpoint.Value));
        output.Write(",\"body\":"u8);

        // In JSON a line break can only stand between values: within a string it is escaped.
        var line = output.GetSpan(body.Length)[..body.Length];
        body.WrittenSpan.CopyTo(line);
        line.Replace((byte)'\n', (byte)' ');
        line.Replace((byte)'\r', (byte)' ');
        output.Advance(body.Length);
        output.Write("}\n"u8);
    }
}
