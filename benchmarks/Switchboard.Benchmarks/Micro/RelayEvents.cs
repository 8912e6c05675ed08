using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Benchmarks.Load;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;

namespace Switchboard.Benchmarks.Micro;

/// <summary>What does one event of a stream cost from upstream's bytes to the caller's, without sockets?</summary>
public class RelayEvents
{
    private static readonly ProviderSettings s_settings = new() { Type = "openai" };

    /// <summary>How many bytes a read brings.</summary>
    [Params(300, 16 * 1024)]
    public int Piece { get; set; }

    [Benchmark(OperationsPerInvoke = Payloads.StreamEvents)]
    public async Task<long> Relay()
    {
        var sink = new CountingSink();
        var call = new GatewayCall
        {
            Operation = ApiOperation.ChatCompletions,
            Path = "chat/completions",
            Facts = new("m", 0..0, Stream: true, IncludeUsage: true, Choices: 1),
            RequestId = "r",
            Sink = sink,
        };
        using var connection = new UpstreamConnection("up", new Uri("http://up/v1"), s_settings, new Answering(Piece));
        using var relay = new PassedStream(connection, TimeProvider.System, NullLogger.Instance, call, StreamKind.Choices);
        var request = connection.CreateRequest("chat/completions");
        var outcome = await relay.RunAsync(request, CancellationToken.None);
        return !outcome.IsError && sink.Bytes == Payloads.Stream.Length ? sink.Bytes : throw new InvalidOperationException(outcome.Error?.Body.Message ?? "Bytes were lost.");
    }

    private sealed class Answering(int piece) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StreamContent(new PieceStream(Payloads.Stream, piece)) { Headers = { ContentType = new MediaTypeHeaderValue("text/event-stream") } },
            });
    }

    /// <summary>Bytes in reads of a size.</summary>
    private sealed class PieceStream(byte[] bytes, int piece) : MemoryStream(bytes, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }

    private sealed class CountingSink : PipeWriter, IAnswerSink
    {
        private static readonly byte[] s_buffer = new byte[64 * 1024];

        public bool IsCommitted { get; private set; }

        public long Bytes { get; private set; }

        public PipeWriter Commit(AnswerHead head)
        {
            IsCommitted = true;
            return this;
        }

        public void Abort()
        {
        }

        public override void Advance(int bytes) => Bytes += bytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => s_buffer;

        public override Span<byte> GetSpan(int sizeHint = 0) => s_buffer;

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;
    }
}
