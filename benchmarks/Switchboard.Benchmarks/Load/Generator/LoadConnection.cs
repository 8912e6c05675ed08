using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Switchboard.Benchmarks.Load.Loop;

namespace Switchboard.Benchmarks.Load.Generator;

/// <summary>A caller's connection that sends the same request again and again, and holds every byte of the answer against the right one.</summary>
internal sealed class LoadConnection(LoadGenerator generator, Poller poller, Uri address, Traffic traffic, byte[] request)
    : HttpConnection(poller, Connect(address))
{
    // Answers that tell times are put together here, for the times have to come out before they can be compared.
    private readonly byte[] _timed = traffic.Stamps is [] ? [] : new byte[traffic.Answer.Length];
    private int _body;
    private int _stamp;

    /// <summary>From when on the answer's latency counts: when the request was sent, or should have been.</summary>
    public long Since { get; private set; }

    /// <summary>When the first bytes of the answer's body were there.</summary>
    public long FirstByte { get; private set; }

    /// <summary>When the last bytes were there.</summary>
    public long LastByte => Received;

    public void Ask(long since)
    {
        (Since, FirstByte, _body, _stamp) = (since, 0, 0, 0);
        Send(request);
    }

    protected override void OnHead(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 200 "u8))
        {
            throw Wrong("not a 200", head);
        }
    }

    protected override void OnBody(ReadOnlySpan<byte> piece)
    {
        if (_body == 0)
        {
            FirstByte = Received;
        }
        var expected = traffic.Answer.AsSpan(_body);
        if (piece.Length > expected.Length || (traffic.Stamps is [] && !piece.SequenceEqual(expected[..piece.Length])))
        {
            throw Wrong($"not what the upstream answered, near byte {_body} of {traffic.Answer.Length}", piece);
        }
        if (traffic.Stamps is not [])
        {
            piece.CopyTo(_timed.AsSpan(_body));
        }
        _body += piece.Length;
        while (_stamp < traffic.Stamps.Length && _body >= traffic.Stamps[_stamp].EventEnd)
        {
            TakeStamp(_timed.AsSpan(traffic.Stamps[_stamp++].Offset, Payloads.StampLength));
        }
    }

    protected override void OnWhole()
    {
        if (_body != traffic.Answer.Length || (traffic.Stamps is not [] && !_timed.AsSpan().SequenceEqual(traffic.Answer)))
        {
            throw Wrong($"not what the upstream answered, {_body} bytes of {traffic.Answer.Length}", _timed);
        }
        generator.OnAnswer(this);
    }

    protected override void OnClosed() => throw Wrong("it was closed");

    private static Socket Connect(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(new IPEndPoint(IPAddress.Loopback, address.Port));
        return socket;
    }

    private void TakeStamp(Span<byte> stamp)
    {
        if (!Utf8Parser.TryParse(stamp, out long sent, out _, 'x'))
        {
            throw Wrong("no time in an event", stamp);
        }
        generator.OnEvent(Stopwatch.GetElapsedTime(sent, Received));
        Payloads.NoStamp.CopyTo(stamp);
    }
}
