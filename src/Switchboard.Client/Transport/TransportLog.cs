using Microsoft.Extensions.Logging;

namespace Switchboard.Client.Transport;

/// <summary>What the client logs: names of operations, counts, statuses; never a body, an id or a key.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(1, LogLevel.Debug, "{Operation} attempt {Attempt} answered {Status}")]
    public static partial void Answered(ILogger log, string operation, int attempt, int status);

    [LoggerMessage(2, LogLevel.Information, "{Operation} attempt {Attempt} failed ({Fault}); trying again in {Delay}")]
    public static partial void Retrying(ILogger log, string operation, int attempt, string fault, TimeSpan delay);

    [LoggerMessage(3, LogLevel.Warning, "{Operation} failed after {Attempt} attempts ({Fault})")]
    public static partial void Failed(ILogger log, string operation, int attempt, string fault);
}
