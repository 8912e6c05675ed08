using System.IO.Pipelines;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Batches;

/// <summary>A line of a batch as a call of its owner.</summary>
internal static class BatchCall
{
    private static readonly GatewayError s_streams = GatewayError.InvalidRequest("A line of a batch cannot be answered as a stream: leave 'stream' out.", "stream", "invalid_value");

    /// <summary>Runs it.</summary>
    public static async ValueTask<BatchAnswer> RunAsync(GatewayPipeline pipeline, RequestPolicy policy, Caller caller, OperationProfile profile, ReadOnlyMemory<byte> body, string requestId, CancellationToken cancellationToken)
    {
        var reading = RequestReader.Read(body, profile.Operation, policy);
        if (!reading.IsTaken || reading.Facts.Stream)
        {
            var error = reading.Error ?? s_streams;
            return new BatchAnswer(error.Status, default, error, WasSent: false);
        }

        var sink = new KeepingSink();
        var call = new GatewayCall
        {
            Operation = profile.Operation,
            Path = profile.Path,
            Body = reading.Body,
            Facts = reading.Facts,
            RequestId = requestId,
            Caller = caller,
            Sink = sink,
            Compat = policy.Compat,
        };
        sink.Call = call;
        var outcome = await pipeline.RunAsync(call, cancellationToken);
        if (LongWork.IsForSockets)
        {
            // The answer is still to be written down.
            await Task.Yield();
        }

        var fault = outcome.Error ?? sink.FaultOf(call);
        return new BatchAnswer(fault?.Status ?? sink.Status, fault is null ? sink.Body : default, fault, call.Attempts > 0);
    }

    /// <summary>Keeps the answer of a call.</summary>
    private sealed class KeepingSink : IAnswerSink
    {
        private readonly BodyBuffer _body = new();
        private AnswerHead? _head;
        private bool _isCut;

        public GatewayCall? Call { get; set; }

        public bool IsCommitted => _head is not null;

        public int Status => _head?.Status ?? 0;

        public ReadOnlyMemory<byte> Body => _body.Written;

        public PipeWriter Commit(AnswerHead head)
        {
            _head = head;
            Call?.NoteHead(head.Status);
            return _body;
        }

        public void Abort() => _isCut = true;

        // Nothing was sent on yet, so that what is wrong can still be told.
        public GatewayError? FaultOf(GatewayCall call) =>
            _body.IsTooLarge ? GatewayError.Upstream("The answer is larger than 64 MB, the most that a line of a batch may have.", "answer_too_large")
            : call.Fault is { } fault ? fault
            : _isCut || _head is null ? GatewayError.Upstream("The provider ended its answer before it was complete.", "upstream_cut")
            : null;
    }
}
