using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Logging;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Logging;

public sealed class LogLineTests
{
    private static readonly ManualTimeProvider s_time = new(new DateTimeOffset(2026, 11, 22, 9, 8, 7, TimeSpan.Zero));

    [Fact]
    public void A_line_of_JSON_has_what_machines_look_for()
    {
        using var line = JsonDocument.Parse(Write(LogFormat.Json, new InvalidOperationException("api_key=planted-in-a-message")));

        Assert.Equal(
            ["timestamp", "level", "category", "event_id", "event", "message", "fields", "exception"],
            line.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("2026-11-22T09:08:07.000Z", line.RootElement.GetProperty("timestamp").GetString());
        Assert.Equal("warn", line.RootElement.GetProperty("level").GetString());
        Assert.Equal((77, "Told"), (line.RootElement.GetProperty("event_id").GetInt32(), line.RootElement.GetProperty("event").GetString()));
        Assert.Equal("3 of Bearer ***\nsecond line", line.RootElement.GetProperty("message").GetString());
        Assert.Equal("""{"Count":3,"Name":"Bearer ***\nsecond line"}""", line.RootElement.GetProperty("fields").GetRawText());
        Assert.Contains("InvalidOperationException: api_key=***", line.RootElement.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_for_people_is_one_line_and_its_exception_is_indented()
    {
        var lines = Write(LogFormat.Console, new InvalidOperationException("why\u001b[31m")).TrimEnd('\n').Split('\n');

        Assert.Equal("09:08:07 warn: Some.Category[77] 3 of Bearer *** second line", lines[0]);
        Assert.Equal("      System.InvalidOperationException: why\\u001b[31m", lines[1]);
    }

    private static string Write(LogFormat format, Exception exception)
    {
        var logger = new Capture();
        LoggerMessage.Define<int, string>(LogLevel.Warning, new EventId(77, "Told"), "{Count} of {Name}")(logger, 3, "Bearer planted-0123456789\nsecond line", exception);
        var output = new ArrayBufferWriter<byte>();
        logger.Write(new LogFormatter(format, new Redactor(), s_time), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private sealed class Capture : ILogger
    {
        private Action<LogFormatter, ArrayBufferWriter<byte>>? _write;

        public void Write(LogFormatter formatter, ArrayBufferWriter<byte> output) => _write!(formatter, output);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _write = (format, output) => format.Write(LogLine.Of(new LogEntry<TState>(logLevel, "Some.Category", eventId, state, exception, formatter), s_time.GetLocalNow(), new Redactor()), output);
    }
}
