using System.Collections.Concurrent;
using System.Net.Sockets;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Recordings;

namespace Switchboard.Testing.Upstream;

/// <summary>What is answered: queued replies first, then handlers, then recordings, then canned text.</summary>
public sealed partial class ReplayUpstream
{
    private readonly ConcurrentQueue<UpstreamAnswer> _replies = new();
    private readonly ConcurrentDictionary<string, Func<UpstreamRequest, CancellationToken, Task<UpstreamAnswer>>> _handlers = new();
    private readonly ConcurrentQueue<(RecordingReplay Replay, int? BytesPerWrite)> _replays = new();
    private readonly MisbehaviourPlan _misbehaviours = new();
    private volatile CannedAnswers _canned = new("Hello from upstream.");
    private volatile bool _holdsEvents;
    private volatile Func<UpstreamRequest, UpstreamAnswer>? _otherwise;

    /// <summary>Queues an answer for the next request that has none yet; each is used once.</summary>
    public ReplayUpstream Reply(UpstreamAnswer answer)
    {
        _replies.Enqueue(answer);
        return this;
    }

    /// <summary>Queues an answer with a body; it is JSON unless the headers name another type.</summary>
    public ReplayUpstream Reply(int status, string body, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var answer = UpstreamAnswer.Json(body, status);
        foreach (var (name, value) in headers)
        {
            answer = answer.WithHeader(name, value);
        }

        return Reply(answer);
    }

    /// <summary>Queues an event stream, given as wire text (see <see cref="ServerSentEvents"/>).</summary>
    public ReplayUpstream ReplyStream(params IEnumerable<string> events) => Reply(UpstreamAnswer.Stream(events));

    /// <summary>Answers each request of that path; a later handler replaces an earlier one.</summary>
    public ReplayUpstream On(string path, Func<UpstreamRequest, UpstreamAnswer> handler) =>
        On(path, (request, _) => Task.FromResult(handler(request)));

    /// <summary>Answers each request of that path, in its own time; the token ends when the client goes away.</summary>
    public ReplayUpstream On(string path, Func<UpstreamRequest, CancellationToken, Task<UpstreamAnswer>> handler)
    {
        _handlers[path] = handler;
        return this;
    }

    /// <summary>Answers each request for whose path there is no handler.</summary>
    public ReplayUpstream Otherwise(Func<UpstreamRequest, UpstreamAnswer> handler)
    {
        _otherwise = handler;
        return this;
    }

    /// <summary>Answers as recorded, where method and path are the recorded ones.</summary>
    public ReplayUpstream Replay(Recording recording, int? bytesPerWrite = null)
    {
        _replays.Enqueue((new RecordingReplay(recording), bytesPerWrite));
        return this;
    }

    /// <summary>Sets the text of the canned answers.</summary>
    public ReplayUpstream Say(string text, string model = CannedAnswers.DefaultModel)
    {
        _canned = new CannedAnswers(text, model);
        return this;
    }

    /// <summary>Misbehaves at every request, or at the next few, whatever the answer is.</summary>
    public ReplayUpstream Misbehave(Misbehaviour misbehaviour, int? times = null)
    {
        if (misbehaviour.RefusesConnections)
        {
            RefuseConnections();
        }
        else
        {
            _misbehaviours.Add(misbehaviour, times);
        }

        return this;
    }

    /// <summary>Ends all misbehaviour and opens the port if it was closed.</summary>
    public ReplayUpstream Behave()
    {
        _misbehaviours.Clear();
        if (_listener.LocalEndPoint is not null && !IsListening(_listener))
        {
            AcceptConnections();
        }

        return this;
    }

    /// <summary>From the next request on, each event of a stream waits for its release.</summary>
    public ReplayUpstream HoldEvents()
    {
        _holdsEvents = true;
        return this;
    }

    /// <summary>Lets events of the oldest stream that has not ended go, and returns when they were written; waits for a request where there is none.</summary>
    public async Task ReleaseAsync(int count, CancellationToken cancellationToken)
    {
        var request = _requests.FirstOrDefault(r => !r.Ended.IsCompleted);
        while (request is null || request.Ended.IsCompleted)
        {
            // Among those that nobody has waited for yet may be some that are over.
            request = await WaitForRequestAsync(cancellationToken);
        }

        await request.ReleaseAsync(count, cancellationToken);
    }

    /// <summary>Lets one event go.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) => ReleaseAsync(1, cancellationToken);

    async Task<UpstreamAnswer> IUpstreamScript.AnswerAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var answer = await ChooseAsync(request, cancellationToken);
        return _misbehaviours.Apply(answer) with { IsHeld = answer.IsHeld || (_holdsEvents && answer.IsStream) };
    }

    private async Task<UpstreamAnswer> ChooseAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        if (_replies.TryDequeue(out var reply))
        {
            return reply;
        }

        try
        {
            return _handlers.TryGetValue(request.Path, out var handler)
                ? await handler(request, cancellationToken)
                : Recorded(request) ?? _otherwise?.Invoke(request) ?? _canned.For(request);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The test's handler failed, or the request is nothing a canned answer can be made for: the test shall see
            // that, not a connection that ends for no reason.
            _failures.Enqueue(e);
            return UpstreamAnswer.Text($"The upstream has no answer: {e}", "text/plain", 500);
        }
    }

    private UpstreamAnswer? Recorded(UpstreamRequest request)
    {
        foreach (var (replay, bytesPerWrite) in _replays)
        {
            if (replay.Find(request) is { } exchange)
            {
                return exchange.ToAnswer() with { BytesPerWrite = bytesPerWrite };
            }
        }

        return null;
    }

    private static bool IsListening(Socket socket) =>
        (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)! != 0;
}
