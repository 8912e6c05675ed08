using System.Diagnostics;
using System.Text;
using Switchboard.Testing.Time;

namespace Switchboard.Testing.Processes;

/// <summary>A process of a test: its output is kept, and it does not outlive the test or the test's process.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly OutputLog _output = new();
    private readonly OutputLog _errors = new();
    private readonly Task _reading;
    private readonly EventHandler _endWithUs;

    private ChildProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(_output.ReadAsync(process.StandardOutput), _errors.ReadAsync(process.StandardError));
        _endWithUs = (_, _) => Kill();
        AppDomain.CurrentDomain.ProcessExit += _endWithUs;
    }

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it has written to its output so far.</summary>
    public string Output => _output.Text;

    /// <summary>What it has written to its error output so far.</summary>
    public string Errors => _errors.Text;

    /// <summary>Starts a program with the given environment and nothing else of ours.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    /// <summary>Writes a line to its input; one that has ended before, and reads nothing, is no fault of the test.</summary>
    public async Task WriteLineAsync(string line)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // The pipe is broken. What the process has to say is in its output and its exit code.
        }
    }

    /// <summary>Ends its input.</summary>
    public void EndInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // As above: what was not read yet could not be written.
        }
    }

    /// <summary>Has it stand still (SIGSTOP).</summary>
    public void Pause() => PosixKill.Pause(_process);

    /// <summary>Has it go on (SIGCONT).</summary>
    public void Resume() => PosixKill.Resume(_process);

    /// <summary>Waits for a line of output that the question finds something in, and gives that.</summary>
    /// <exception cref="InvalidOperationException">The process ended without it.</exception>
    public Task<T> WaitForOutputAsync<T>(Func<string, T?> find, CancellationToken cancellationToken)
        where T : class => WaitForOutputAsync(find, TimeLimit.Default, cancellationToken);

    /// <summary>The same for a process that is long at work, such as a browser.</summary>
    /// <exception cref="InvalidOperationException">The process ended without it.</exception>
    public async Task<T> WaitForOutputAsync<T>(Func<string, T?> find, TimeSpan limit, CancellationToken cancellationToken)
        where T : class
    {
        var finding = _output.FindAsync(find);
        try
        {
            await finding.WithinAsync(limit, "a line of output", cancellationToken);
            return await finding
                ?? throw new InvalidOperationException("The process ended its output.");
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            throw new InvalidOperationException($"{e.Message} Output:\n{Output}\nErrors:\n{Errors}", e);
        }
    }

    /// <summary>Asks it to end (SIGTERM, or SIGINT as Ctrl-C sends), waits, and gives its exit code.</summary>
    public async Task<int> StopAsync(StopSignal signal, CancellationToken cancellationToken)
    {
        if (!_process.HasExited)
        {
            PosixKill.Send(_process, signal);
        }

        return await WaitForExitAsync(cancellationToken);
    }

    /// <summary>Waits until it has ended and all its output was read, and gives its exit code.</summary>
    public Task<int> WaitForExitAsync(CancellationToken cancellationToken) => WaitForExitAsync(TimeLimit.Default, cancellationToken);

    /// <summary>The same for a process that is long at work, such as a build.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WithinAsync(limit, "the process to end", cancellationToken);
        await _reading.WithinAsync("the end of the process's output", cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends it and its children at once where it still runs, as <c>kill -9</c> does, and waits until they are gone.</summary>
    public Task KillAsync()
    {
        Kill();
        return WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>The same, and lets it go.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        AppDomain.CurrentDomain.ProcessExit -= _endWithUs;
        _process.Dispose();
    }

    private void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }
}
