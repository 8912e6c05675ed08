using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Conversations;

/// <summary>
/// Has conversations and stored responses deleted that are too old or too many, as the configuration then says: responses
/// every ten seconds, for they may be large, conversations once a minute.
/// </summary>
internal sealed partial class ConversationSweep(
    GatewayRuntime runtime, IConversationRecords conversations, IResponseStore responses, TimeProvider time, ILogger<ConversationSweep> logger) : BackgroundService
{
    private const int RoundsInMinute = 6;

    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1) / RoundsInMinute;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 1; ; round++)
        {
            await Task.Delay(s_interval, time, stoppingToken);
            await TryAsync(() => responses.SweepAsync(stoppingToken).AsTask(), stoppingToken);
            if (round % RoundsInMinute == 0)
            {
                await TryAsync(() => ExpireAsync(stoppingToken), stoppingToken);
            }
        }
    }

    private Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        var settings = runtime.Configuration.Conversations;
        return conversations.ExpireAsync(settings.Ttl is { } ttl ? time.GetUtcNow() - ttl : null, settings.MaxStored, cancellationToken);
    }

    private async Task TryAsync(Func<Task> sweep, CancellationToken cancellationToken)
    {
        try
        {
            await sweep();
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The boundary of work that nobody's request carries. The next round is soon enough.
            Log.NotSwept(logger, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1701, LogLevel.Warning, "Old conversations and responses could not be deleted: {Fault}")]
        public static partial void NotSwept(ILogger logger, string fault);
    }
}
