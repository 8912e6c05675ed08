using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Conversations;

/// <summary>Holds a whole answer until it is read, so that whatever comes of it can still be told.</summary>
internal sealed class HeldAnswer : IAnswerSink
{
    private readonly BodyBuffer _body = new();

    /// <summary>The call whose answer it is: its account notes when the answer began.</summary>
    public GatewayCall? Call { get; set; }

    /// <summary>What was written; null where it was cut, or is too large to be held.</summary>
    public ReadOnlyMemory<byte>? Body => IsCut || _body.IsTooLarge ? null : _body.Written;

    /// <inheritdoc/>
    public bool IsCommitted { get; private set; }

    private bool IsCut { get; set; }

    /// <inheritdoc/>
    public PipeWriter Commit(AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        IsCommitted = true;
        Call?.NoteHead(head.Status);
        return _body;
    }

    /// <inheritdoc/>
    public void Abort() => IsCut = true;
}
