using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Routing.Attempts;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Gateway.Routing.Health;

/// <summary>
/// Asks each provider for its models again and again. One that twice gives no answer is left alone before a call finds
/// out, and comes back with the first answer; what a provider refuses (a list it does not have, a key) is an answer.
/// </summary>
internal sealed partial class HealthChecks : IAsyncDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly DeploymentStates _states;
    private readonly TimeSpan _interval;
    private readonly ILogger _logger;
    private readonly HashSet<IProvider> _asked;
    private readonly Task _running;
    private HealthChecks? _next;

    /// <summary>Begins to ask.</summary>
    public HealthChecks(IEnumerable<IProvider> providers, TimeSpan interval, DeploymentStates states, ILogger<HealthChecks> logger)
    {
        (_states, _interval, _logger) = (states, interval, logger);
        _asked = [.. providers];
        _running = Task.WhenAll(_asked.Select(provider => RunAsync(provider, _stopping.Token)));
    }

    /// <summary>Begins no more questions; others ask from now on. Nobody is left alone for what is no longer looked after.</summary>
    /// <param name="next">Who goes on with those that stay; null for nobody.</param>
    public void Stop(HealthChecks? next)
    {
        _next = next;
        _stopping.Cancel();
    }

    /// <summary>Stops asking, and waits for the end of what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync(IProvider provider, CancellationToken stopping)
    {
        var health = _states.OfProvider(provider.Name);

        // What was known before a change of the configuration is soon looked at again.
        var failures = health.IsDown ? 1 : 0;
        try
        {
            while (true)
            {
                // After one failure soon again: it may have been a hiccup.
                await Task.Delay(failures == 1 && _interval > s_second ? s_second : _interval, _states.Time, stopping);
                failures = await AskAsync(provider, stopping) is { } error ? NoteFailure(provider, health, failures + 1, error) : NoteAnswer(provider, health);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            if (_next?._asked.Contains(provider) != true)
            {
                _states.SetDown(provider.Name, false);
            }
        }
    }

    private async Task<GatewayError?> AskAsync(IProvider provider, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(s_longest, _states.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, limit.Token);
        try
        {
            var listing = await provider.ListModelsAsync(either.Token);
            return listing.Error is { } error && Failures.Of(error) == Failure.Broken ? error : null;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return GatewayError.UpstreamTimeout($"The provider '{provider.Name}' did not answer within {s_longest.TotalSeconds} s.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The boundary of work that nobody's request carries: a provider's bug must not end the checks.
            Log.Threw(_logger, exception, provider.Name);
            return null;
        }
    }

    private int NoteFailure(IProvider provider, ProviderHealth health, int failures, GatewayError error)
    {
        if (failures > 1 && !health.IsDown)
        {
            _states.SetDown(provider.Name, true);
            Log.Down(_logger, provider.Name, error.Body.Message);
        }

        return failures;
    }

    private int NoteAnswer(IProvider provider, ProviderHealth health)
    {
        if (health.IsDown)
        {
            _states.SetDown(provider.Name, false);
            Log.Back(_logger, provider.Name);
            var now = _states.Now;
            foreach (var deployment in _states.AllOf(provider.Name))
            {
                deployment.Breaker.AllowTrial(now);
            }
        }

        return 0;
    }

    private static partial class Log
    {
        [LoggerMessage(1130, LogLevel.Warning, "Provider {Provider} does not answer and is left alone: {Reason}")]
        public static partial void Down(ILogger logger, string provider, string reason);

        [LoggerMessage(1131, LogLevel.Information, "Provider {Provider} answers again.")]
        public static partial void Back(ILogger logger, string provider);

        [LoggerMessage(1132, LogLevel.Error, "The check of provider {Provider} failed unexpectedly.")]
        public static partial void Threw(ILogger logger, Exception exception, string provider);
    }
}
