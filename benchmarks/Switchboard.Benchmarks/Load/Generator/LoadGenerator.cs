using System.Diagnostics;
using System.Text;
using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Loop;
using Switchboard.Benchmarks.Load.Upstream;

namespace Switchboard.Benchmarks.Load.Generator;

/// <summary>
/// Callers of one server: as fast as their connections go, or by a schedule. It never sleeps, for waking up takes
/// longer than much of what it measures, and it serves the simulator of its own process in between.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    private static readonly long s_patience = 10 * Stopwatch.Frequency;

    private readonly Poller _poller;
    private readonly Simulator? _simulator;
    private readonly Traffic _traffic;
    private readonly LoadConnection[] _connections;

    private readonly Stack<LoadConnection> _idle = new();
    private readonly Queue<long> _late = new();
    private readonly List<double> _latencies = new(100_000);
    private readonly List<double> _delays = new(100_000);
    private long _start;
    private long _end;
    private long _lastAnswer;
    private bool _scheduled;

    /// <param name="poller">Of this thread.</param>
    /// <param name="simulator">The upstream, where it lives in this process.</param>
    /// <param name="address">Whom to ask.</param>
    /// <param name="traffic">What to ask.</param>
    /// <param name="connections">On how many connections.</param>
    /// <param name="key">With which key.</param>
    public LoadGenerator(Poller poller, Simulator? simulator, Uri address, Traffic traffic, int connections, string key = "sk-none")
    {
        (_poller, _simulator, _traffic) = (poller, simulator, traffic);
        byte[] request = [.. Encoding.ASCII.GetBytes(
            "POST /v1/chat/completions HTTP/1.1\r\n" +
            $"Host: {address.Authority}\r\n" +
            "Accept: application/json\r\n" +
            "Content-Type: application/json\r\n" +
            "User-Agent: OpenAI/Python 2.8.1\r\n" +
            $"Authorization: Bearer {key}\r\n" +
            traffic.Headers +
            $"Content-Length: {traffic.Request.Length}\r\n\r\n"), .. traffic.Request];
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new LoadConnection(this, poller, address, traffic, request))];
        Array.ForEach(_connections, _idle.Push);
    }

    /// <summary>Closed loop: each connection asks again as soon as it is answered.</summary>
    public Round Run(TimeSpan length)
    {
        Begin(length, scheduled: false);
        while (_idle.TryPop(out var connection))
        {
            connection.Ask(Stopwatch.GetTimestamp());
        }
        while (_idle.Count < _connections.Length)
        {
            Turn();
        }
        return End();
    }

    /// <summary>
    /// Open loop: requests arrive when they are due, whether or not earlier ones have been answered. Where all
    /// connections are busy they wait, and their latency counts from when they were due.
    /// </summary>
    /// <param name="arrivals">Times from the beginning, in order.</param>
    public Round Run(IReadOnlyList<TimeSpan> arrivals)
    {
        Begin(TimeSpan.Zero, scheduled: true);
        for (var next = 0; next < arrivals.Count || _idle.Count < _connections.Length;)
        {
            if (next == arrivals.Count || Due(arrivals[next]) is var due && due > Stopwatch.GetTimestamp())
            {
                Turn();
                continue;
            }
            next++;
            if (_idle.TryPop(out var connection))
            {
                connection.Ask(due);
            }
            else
            {
                _late.Enqueue(due);
            }
        }
        return End();
    }

    public void OnAnswer(LoadConnection connection)
    {
        _lastAnswer = connection.LastByte;
        _latencies.Add(Stopwatch.GetElapsedTime(connection.Since, _traffic.IsStream ? connection.FirstByte : connection.LastByte).TotalMicroseconds);
        if (_scheduled ? _late.TryDequeue(out var due) : (due = Stopwatch.GetTimestamp()) < _end)
        {
            connection.Ask(due);
        }
        else
        {
            _idle.Push(connection);
        }
    }

    public void OnEvent(TimeSpan delay) => _delays.Add(delay.TotalMicroseconds);

    public void Dispose() => Array.ForEach(_connections, connection => connection.Dispose());

    private void Begin(TimeSpan length, bool scheduled)
    {
        _latencies.Clear();
        _delays.Clear();
        _scheduled = scheduled;
        _start = _lastAnswer = Stopwatch.GetTimestamp();
        _end = Due(length);
    }

    private long Due(TimeSpan time) => _start + (long)(time.TotalSeconds * Stopwatch.Frequency);

    private void Turn()
    {
        _poller.Poll(0);
        _simulator?.SendDue();
        if (Stopwatch.GetTimestamp() - _lastAnswer > s_patience)
        {
            throw new TimeoutException("Nothing was answered for 10 s.");
        }
    }

    private Round End() => new(Sample.Of(_latencies), Sample.Of(_delays), _latencies.Count * _traffic.Units, Stopwatch.GetElapsedTime(_start, _lastAnswer));
}
