using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using Switchboard.Benchmarks.Load.Loop;

namespace Switchboard.Benchmarks.Load.Upstream;

/// <summary>A connection at the upstream: it reads a request to its end, and answers what its model stands for.</summary>
internal sealed class SimulatedConnection(Simulator simulator, Poller poller, Socket socket) : HttpConnection(poller, socket)
{
    private const int KindLength = 64;

    // The beginning of the body, where the model is named.
    private readonly byte[] _beginning = new byte[KindLength];
    private byte[]? _event;
    private int _length;
    private int _sent;
    private bool _closed;

    /// <param name="due">When the event was to be sent; the next is due after that, however late this one is.</param>
    public void SendNext(long due)
    {
        if (_closed)
        {
            return;
        }
        var piece = Answers.Slow[_sent];
        if (Answers.Stamps[_sent] is var stamp and >= 0)
        {
            _event ??= new byte[piece.Length];
            piece.CopyTo(_event, 0);
            Utf8Formatter.TryFormat(Stopwatch.GetTimestamp(), _event.AsSpan(stamp), out _, new('x', Payloads.StampLength));
            piece = _event;
        }
        Send(piece);
        if (++_sent < Answers.Slow.Length)
        {
            simulator.Plan(this, due + (long)(Answers.Pace.TotalSeconds * Stopwatch.Frequency));
        }
    }

    protected override void OnHead(ReadOnlySpan<byte> head) => _length = 0;

    protected override void OnBody(ReadOnlySpan<byte> piece)
    {
        var taken = Math.Min(piece.Length, KindLength - _length);
        piece[..taken].CopyTo(_beginning.AsSpan(_length));
        _length += taken;
    }

    protected override void OnWhole()
    {
        var beginning = _beginning.AsSpan(0, _length);
        if (beginning.IndexOf("-answer\""u8) >= 0)
        {
            Send(Answers.Whole);
        }
        else if (beginning.IndexOf("-stream\""u8) >= 0)
        {
            Send(Answers.Stream);
        }
        else if (beginning.IndexOf("-slow\""u8) >= 0)
        {
            _sent = 0;
            SendNext(Stopwatch.GetTimestamp());
        }
        else
        {
            throw Wrong("a request for none of the models", beginning);
        }
    }

    protected override void OnClosed()
    {
        _closed = true;
        Dispose();
    }
}
