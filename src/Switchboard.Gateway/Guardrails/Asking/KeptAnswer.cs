using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Guardrails.Asking;

/// <summary>The sink of a call that the gateway makes itself: the answer is kept.</summary>
internal sealed class KeptAnswer : IAnswerSink
{
    private readonly BodyBuffer _body = new();

    /// <inheritdoc/>
    public bool IsCommitted { get; private set; }

    /// <summary>The answer; empty where it was cut, or was too large.</summary>
    public ReadOnlyMemory<byte> Body => IsCut || _body.IsTooLarge ? ReadOnlyMemory<byte>.Empty : _body.Written;

    private bool IsCut { get; set; }

    /// <inheritdoc/>
    public PipeWriter Commit(AnswerHead head)
    {
        IsCommitted = true;
        return _body;
    }

    /// <inheritdoc/>
    public void Abort() => IsCut = true;
}
