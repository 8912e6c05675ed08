using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Logging;

/// <summary>Writes the log to the standard error output, and to a file where there is one.</summary>
[ProviderAlias("Switchboard")]
internal sealed class SwitchboardLoggerProvider : ILoggerProvider
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    private readonly ConcurrentDictionary<string, Logger> _loggers = new(StringComparer.Ordinal);
    private readonly LogState _state;
    private readonly TimeProvider _time;
    private readonly LogFormatter _consoleFormatter;
    private readonly LogFormatter _fileFormatter;
    private readonly LogQueue _console;
    private readonly LogQueue? _file;

    /// <param name="state">What goes by the configuration in force.</param>
    /// <param name="time">The clock.</param>
    /// <param name="hasFile">Whether a file is written, where the configuration names one.</param>
    public SwitchboardLoggerProvider(LogState state, TimeProvider time, bool hasFile)
    {
        _state = state;
        _time = time;
        _consoleFormatter = new LogFormatter(state.Settings.Format, state.Redactor, time);
        _fileFormatter = new LogFormatter(LogFormat.Json, state.Redactor, time);
        _console = new LogQueue(new ErrorOutput(_consoleFormatter));
        if (hasFile && state.Settings.File.Folder is not null)
        {
            _file = new LogQueue(new LogFile(state.Settings.File, _fileFormatter, (level, message) => _console.Add(_consoleFormatter.Tell(level, message)), time));
        }

        state.IsWritten = true;
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new Logger(this, name));

    /// <inheritdoc/>
    public void Dispose()
    {
        // The file first: what keeps it from being written is told on the other.
        _file?.Dispose();
        _console.Dispose();
    }

    private void Write<TState>(in LogEntry<TState> entry)
    {
        var line = LogLine.Of(entry, _time.GetLocalNow(), _state.Redactor);

        // Taken from the thread while it is used: a value's own text may log as well.
        var buffer = t_buffer ?? new ArrayBufferWriter<byte>(1024);
        t_buffer = null;
        Send(line, _consoleFormatter, _console, buffer);
        if (_file is not null)
        {
            Send(line, _fileFormatter, _file, buffer);
        }

        t_buffer = buffer;
    }

    private static void Send(in LogLine line, LogFormatter formatter, LogQueue queue, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        formatter.Write(line, buffer);
        queue.Add(buffer.WrittenSpan);
    }

    private sealed class Logger(SwitchboardLoggerProvider provider, string category) : ILogger
    {
        // The request's scope is found without them.
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                provider.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter));
            }
        }
    }
}
