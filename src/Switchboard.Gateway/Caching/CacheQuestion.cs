using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.Caching;

/// <summary>What a call asks, as the cache knows it.</summary>
/// <param name="Key">Names the answer: a hash of everything that could steer it.</param>
internal sealed record CacheQuestion(CacheKey Key)
{
    // Another version of the gateway may spell questions, or keep answers, in another way.
    private const byte Version = 1;

    // They tell one attempt from another, and steer no answer.
    private static readonly string[] s_ofOneCall = ["idempotency-key", "x-client-request-id", "traceparent", "tracestate", "baggage"];

    /// <summary>All but the last user message, as a hash; null where there is no such message, or nobody wants to know.</summary>
    public string? Partition { get; private init; }

    /// <summary>The last user message.</summary>
    public string? Text { get; private init; }

    /// <summary>What a call asks.</summary>
    /// <param name="call">The call.</param>
    /// <param name="tenant">Whose answers may be given; empty for everybody's.</param>
    /// <param name="mark">Tells answers from those that were flushed.</param>
    /// <param name="isSemantic">The last user message is wanted.</param>
    /// <returns>Null where the answer hangs on more than the request.</returns>
    public static CacheQuestion? Of(GatewayCall call, string tenant, long mark, bool isSemantic)
    {
        var body = call.EditedBody;
        using var json = body.IsEmpty ? null : CanonicalJson.Read(body);
        using var origin = call.Origin is { } asked ? CanonicalJson.Read(asked.Body) : null;
        if (!IsPure(call, body.IsEmpty, json, origin))
        {
            return null;
        }

        using var output = new PooledBytes(body.Length + 256);
        WriteCall(output, call, tenant, mark);
        if (origin is not null)
        {
            WriteOrigin(output, call.Origin!, origin);
        }

        var head = output.Length;
        json?.WriteTo(output, CacheableRequest.IsLeftOut);
        var key = new CacheKey(GroupOf(tenant, call.Facts.Model), HashOf(output));
        var mayDiffer = isSemantic && origin is null && call.Operation == ApiOperation.ChatCompletions;
        if (!mayDiffer || json is null || LastUserText(json) is not (var text and >= 0))
        {
            return new CacheQuestion(key);
        }

        output.CutTo(head);
        json.WriteTo(output, CacheableRequest.IsLeftOut, text);
        return new CacheQuestion(key) { Partition = HashOf(output), Text = Encoding.UTF8.GetString(json.TextOf(text)) };
    }

    /// <summary>Whose answers of which model are one group.</summary>
    public static string GroupOf(string tenant, string model) => $"{tenant}\n{model}";

    // What could not be read may be anything.
    private static bool IsPure(GatewayCall call, bool isEmpty, CanonicalJson? json, CanonicalJson? origin)
    {
        var isRead = (json is not null || (isEmpty && origin is not null)) && (origin is not null || call.Origin is null);
        return isRead
            && (json is null || CacheableRequest.IsPure(call.Operation, json))
            && (origin is null || CacheableRequest.IsPure(call.Operation, origin))
            && !call.Facts.Model.EndsWith(":online", StringComparison.Ordinal);
    }

    private static string HashOf(PooledBytes output)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(output.Written, hash);
        return Convert.ToHexStringLower(hash);
    }

    private static void WriteCall(PooledBytes output, GatewayCall call, string tenant, long mark)
    {
        output.Write([Version, (byte)call.Operation, (byte)(call.Facts.Stream ? 1 : 0), (byte)(call.ReadsUsage ? 1 : 0)]);
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, mark);
        output.Write(number);
        Write(output, tenant);
        Write(output, call.Path);
        Write(output, call.Facts.Model);
        Write(output, call.Provider ?? "");
        Write(output, call.Deployment ?? "");
        Write(output, call.Tags.Count < 2 ? call.Tags : [.. call.Tags.Order(StringComparer.Ordinal)]);
        Write(output, call.ForwardedHeaders);
        Write(output, call.EngineHeaders);
    }

    private static void WriteOrigin(PooledBytes output, CallOrigin origin, CanonicalJson json)
    {
        output.Write([(byte)origin.Dialect]);
        Write(output, origin.Path);
        Write(output, origin.Headers);
        json.WriteTo(output, CacheableRequest.IsLeftOut);
    }

    private static void Write(PooledBytes output, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        for (var i = 0; i < headers.Count; i++)
        {
            if (!s_ofOneCall.Contains(headers[i].Key))
            {
                Write(output, headers[i].Key);
                Write(output, headers[i].Value);
            }
        }

        output.Write("."u8);
    }

    private static void Write(PooledBytes output, IReadOnlyList<string> texts)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            Write(output, texts[i]);
        }

        output.Write("."u8);
    }

    // The length before it, and so no text can be taken for the end of a list: that would be a length of over 700 MB.
    private static void Write(PooledBytes output, string text)
    {
        var room = output.Room(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, room[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(room, length);
        output.Advance(sizeof(int) + length);
    }

    private static int LastUserText(CanonicalJson json)
    {
        var messages = json.Find(CanonicalJson.Root, "messages"u8);
        if (messages == CanonicalJson.None || json.KindOf(messages) != JsonTokenType.StartArray)
        {
            return CanonicalJson.None;
        }

        var last = CanonicalJson.None;
        for (var message = json.First(messages); message != CanonicalJson.None; message = json.Next(messages, message))
        {
            last = message;
        }

        return last != CanonicalJson.None && json.KindOf(last) == JsonTokenType.StartObject && json.Find(last, "role"u8) is var role and >= 0 && json.TextOf(role).SequenceEqual("user"u8)
            ? TextIn(json, json.Find(last, "content"u8))
            : CanonicalJson.None;
    }

    // A text, or a list that is one text: what else a message may hold has no vector.
    private static int TextIn(CanonicalJson json, int content)
    {
        if (content != CanonicalJson.None && json.KindOf(content) == JsonTokenType.StartArray
            && json.First(content) is var part and >= 0 && json.Next(content, part) == CanonicalJson.None && json.KindOf(part) == JsonTokenType.StartObject)
        {
            content = json.Find(part, "text"u8);
        }

        return content != CanonicalJson.None && json.KindOf(content) == JsonTokenType.String && !json.TextOf(content).IsEmpty ? content : CanonicalJson.None;
    }
}
