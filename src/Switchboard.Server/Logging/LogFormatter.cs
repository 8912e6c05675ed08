using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Logging;

/// <summary>Makes bytes of lines.</summary>
internal sealed class LogFormatter(LogFormat format, Redactor redactor, TimeProvider time)
{
    /// <summary>Writes a line, with its end.</summary>
    public void Write(in LogLine line, ArrayBufferWriter<byte> output)
    {
        if (format == LogFormat.Json)
        {
            JsonLine.Write(line, redactor, output);
        }
        else
        {
            line.WriteText(output);
        }
    }

    /// <summary>A line of the log's own.</summary>
    public byte[] Tell(LogLevel level, string message)
    {
        var output = new ArrayBufferWriter<byte>(256);
        Write(LogLine.Own(time.GetLocalNow(), level, message), output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The line that tells that some were lost because there was no room.</summary>
    public byte[] TellLost(long lines) =>
        Tell(LogLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"{lines} lines of the log were lost: they came faster than they could be written."));
}
