using System.Net;
using System.Net.Http.Headers;

namespace Switchboard.Client.Transport;

/// <summary>JSON bytes lent by the pool.</summary>
internal sealed class PreparedJson(PooledBuffer json) : PreparedBody
{
    private static readonly MediaTypeHeaderValue s_type = new("application/json");

    private int _writing;

    public override ReadOnlyMemory<byte> Json => json.WrittenMemory;

    public override HttpContent CreateContent() => new Content(this);

    public override string? FindModel() => JsonMembers.FindString(json.WrittenSpan, "model");

    public override void Dispose()
    {
        // A server may answer before it has read everything: what is still being sent is left to the garbage collector.
        if (Volatile.Read(ref _writing) == 0)
        {
            json.Dispose();
        }

        base.Dispose();
    }

    private sealed class Content : HttpContent
    {
        private readonly PreparedJson _body;
        private readonly ReadOnlyMemory<byte> _json;

        public Content(PreparedJson body)
        {
            _body = body;
            _json = body.Json;
            Headers.ContentType = s_type;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _json.Length;
            return true;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _body._writing);
            await stream.WriteAsync(_json, cancellationToken).ConfigureAwait(false);

            // Only now: a write that failed or was cancelled may still hold the bytes.
            Interlocked.Decrement(ref _body._writing);
        }
    }
}
