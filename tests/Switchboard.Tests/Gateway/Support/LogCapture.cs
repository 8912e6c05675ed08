using Microsoft.Extensions.Logging;

namespace Switchboard.Tests.Gateway.Support;

/// <summary>Keeps the log's lines.</summary>
internal sealed class LogCapture : ILoggerFactory, ILogger
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    /// <summary>The lines so far; a server's threads may be writing further ones.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel} {formatter(state, exception)}";
        lock (_gate)
        {
            _lines.Add(line);
        }
    }

    public void Dispose()
    {
    }
}
