using System.IO.Pipelines;

namespace Switchboard.Gateway.Pipeline;

/// <summary>
/// Where the answer of one call goes. A provider commits once, then writes and flushes; a flush that waits is
/// the caller's back-pressure, and must hold up the reading of upstream.
/// </summary>
public interface IAnswerSink
{
    /// <summary>True once <see cref="Commit"/> was called: no status, no failover any more.</summary>
    bool IsCommitted { get; }

    /// <summary>Sends the head. Called once a call.</summary>
    /// <returns>The writer of the body; one flush an event.</returns>
    PipeWriter Commit(AnswerHead head);

    /// <summary>
    /// The writer of an event stream that was committed; null before, and for any other body. Whole events are written
    /// to it, so that whenever nobody is writing one more can follow.
    /// </summary>
    PipeWriter? Events => null;

    /// <summary>Whose API the body speaks that was committed, so that one more event of it can be written.</summary>
    ApiDialect Dialect => ApiDialect.OpenAI;

    /// <summary>Cuts the connection: the one honest end of a committed body that cannot be finished.</summary>
    void Abort();
}
