using System.Buffers.Binary;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;

namespace Switchboard.Server.Endpoints;

/// <summary>The id of a request: the caller's own where it is sound, else a new one; every answer carries it.</summary>
internal static class RequestIds
{
    public const string Header = "x-request-id";

    private const int MaxLength = 128;

    /// <summary>Settles the request's id, where that was not done yet, and puts it on the answer.</summary>
    public static string Settle(HttpContext context, TimeProvider timeProvider)
    {
        if (context.Response.Headers[Header] is [{ } settled] && ReferenceEquals(settled, context.TraceIdentifier))
        {
            return settled;
        }

        var id = context.Request.Headers[Header] is [{ } given] && IsSound(given)
            ? given
            : New(timeProvider.GetUtcNow());
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;
        return id;
    }

    // A UUIDv7 (RFC 9562, 5.7). It is no secret, so the randomness is not the system's, which costs a call of it each time.
    private static string New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(now.ToUnixTimeMilliseconds() >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)now.ToUnixTimeMilliseconds());
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true).ToString();
    }

    // It ends up in logs and records: a key that slipped in there is none.
    private static bool IsSound(string id) =>
        id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExceptInRange('!', '~') && ReferenceEquals(KeyText.Hide(id), id);
}
