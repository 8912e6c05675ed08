using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Access;
using Switchboard.Server.Configuration;

namespace Switchboard.Server.Logging;

/// <summary>What a line of the log says, before it is JSON or text: secrets are out of it.</summary>
internal readonly ref struct LogLine
{
    // A line that is longer helps nobody, and a full queue of them would be much memory.
    private const int LongestMessage = 16 * 1024;
    private const int LongestException = 32 * 1024;

    private LogLine(DateTimeOffset at, LogLevel level, string category, EventId id, string message)
    {
        At = at;
        Level = level;
        Category = category;
        Event = id;
        Message = message;
    }

    /// <summary>When it was said.</summary>
    public DateTimeOffset At { get; }

    /// <summary>How much it matters.</summary>
    public LogLevel Level { get; }

    /// <summary>Who says it.</summary>
    public string Category { get; }

    /// <summary>What happened, for machines.</summary>
    public EventId Event { get; }

    /// <summary>What happened, for people.</summary>
    public string Message { get; }

    /// <summary>The exception with its trace; null for none.</summary>
    public string? Exception { get; private init; }

    /// <summary>The request that it belongs to; null for none.</summary>
    public string? RequestId { get; private init; }

    /// <summary>The trace that it belongs to; null for none.</summary>
    public string? Trace { get; private init; }

    /// <summary>The span that it belongs to; null for none.</summary>
    public string? Span { get; private init; }

    /// <summary>The values in the message, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>>? Values { get; private init; }

    /// <summary>The line of an entry.</summary>
    public static LogLine Of<TState>(in LogEntry<TState> entry, DateTimeOffset at, Redactor redactor)
    {
        var scope = RequestScope.Current;
        var (trace, span) = RequestScope.FindTrace(scope);
        return new LogLine(at, entry.LogLevel, entry.Category, entry.EventId, redactor.Redact(Cut(entry.Formatter(entry.State, entry.Exception), LongestMessage)))
        {
            Exception = entry.Exception is { } exception ? redactor.Redact(Cut(exception.ToString(), LongestException)) : null,
            RequestId = scope?.RequestId,
            Trace = trace,
            Span = span,
            Values = entry.State as IReadOnlyList<KeyValuePair<string, object?>>,
        };
    }

    /// <summary>A line of the log's own.</summary>
    public static LogLine Own(DateTimeOffset at, LogLevel level, string message) => new(at, level, typeof(SwitchboardLoggerProvider).FullName!, default, message);

    /// <summary>Writes it for people.</summary>
    public void WriteText(ArrayBufferWriter<byte> output)
    {
        var text = new StringBuilder(256);
        text.Append(CultureInfo.InvariantCulture, $"{At:HH:mm:ss} {LogLevels.ShortNameOf(Level)}: {Category}[{Event.Id}] ");
        AppendVisible(text, Message);
        Append(text, "request_id", RequestId);
        Append(text, "trace_id", Trace);
        text.Append('\n');
        if (Exception is not null)
        {
            foreach (var line in Exception.AsSpan().EnumerateLines())
            {
                text.Append("      ");
                AppendVisible(text, line);
                text.Append('\n');
            }
        }

        foreach (var chunk in text.GetChunks())
        {
            Encoding.UTF8.GetBytes(chunk.Span, output);
        }
    }

    private static void Append(StringBuilder text, string name, string? value)
    {
        if (value is not null)
        {
            text.Append(' ').Append(name).Append('=').Append(value);
        }
    }

    // What callers write gets into messages: it must neither begin a line of its own nor command the terminal.
    private static void AppendVisible(StringBuilder text, ReadOnlySpan<char> said)
    {
        for (var at = 0; at < said.Length; at++)
        {
            var character = said[at];
            if (char.IsControl(character) || character is '\u2028' or '\u2029')
            {
                text.Append(character is '\n' or '\r' or '\t' ? " " : $"\\u{(int)character:x4}");
            }
            else
            {
                text.Append(character);
            }
        }
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most), "…");
}
