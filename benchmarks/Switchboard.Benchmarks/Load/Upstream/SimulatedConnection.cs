using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using Switchboard.Benchmarks.Load.Loop;

namespace Switchboard.Benchmarks.Load.Upstream;

/// <summary>A connection at the upstream: it reads a request to its end, and answers what its model stands for.</summary>
internal sealed class SimulatedConnection(Simulator simulator, Poller poller, Socket socket) : HttpConnection(poller, socket)
{
    // The beginning of the body, where the model is named.
    private readonly byte[] _beginning = new byte[64];
    private int _length;

    private Script? _script;
    private int _sent;
    private byte[] _stamped = [];

    /// <param name="due">When the piece was to be sent; the next is due after that, however late this one is.</param>
    public void SendNext(long due)
    {
        if (_script is null)
        {
            return;
        }
        if (IsSending)
        {
            simulator.Plan(this, due);
            return;
        }
        var piece = _script.Pieces[_sent];
        Send(_script.Stamps[_sent] is var stamp and >= 0 ? Stamped(piece, stamp) : piece);
        if (++_sent < _script.Pieces.Length)
        {
            simulator.Plan(this, due + (long)(_script.Pace.TotalSeconds * Stopwatch.Frequency));
        }
    }

    protected override void OnHead(ReadOnlySpan<byte> head) => _length = 0;

    protected override void OnBody(ReadOnlySpan<byte> piece)
    {
        var taken = Math.Min(piece.Length, _beginning.Length - _length);
        piece[..taken].CopyTo(_beginning.AsSpan(_length));
        _length += taken;
    }

    protected override void OnWhole()
    {
        var beginning = _beginning.AsSpan(0, _length);
        _script = Script.For(beginning) ?? throw Wrong("a request for none of the models", beginning);
        _sent = 0;
        SendNext(Stopwatch.GetTimestamp());
    }

    protected override void OnClosed()
    {
        _script = null;
        Dispose();
    }

    private byte[] Stamped(byte[] piece, int stamp)
    {
        if (_stamped.Length != piece.Length)
        {
            _stamped = new byte[piece.Length];
        }
        piece.CopyTo(_stamped, 0);
        Utf8Formatter.TryFormat(Stopwatch.GetTimestamp(), _stamped.AsSpan(stamp), out _, new('x', Payloads.StampLength));
        return _stamped;
    }
}
