using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Routing;

/// <summary>
/// What one provider offers, asked at most once at a time: a list is fresh for a minute, a failure for five seconds,
/// and both are served while the next is fetched.
/// </summary>
internal sealed partial class ListingCache(IProvider provider, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    internal static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(60);
    internal static readonly TimeSpan FailedFor = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private ModelListing? _last;
    private long _takenAt;
    private Task<ModelListing>? _refresh;

    /// <summary>Whose list it is.</summary>
    public IProvider Provider => provider;

    /// <summary>True where the list that is known has the model.</summary>
    public bool Lists(string model)
    {
        lock (_gate)
        {
            return _last?.Models.Any(listed => listed.Id == model) is true;
        }
    }

    /// <summary>What is known, perhaps old, while the next is fetched; waits only the first time.</summary>
    public Task<ModelListing> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_last is not { } last)
            {
                return Refresh().WaitAsync(cancellationToken);
            }

            // An old failure too: a provider that does not answer would hold up every name that others list.
            if (!IsFresh(last))
            {
                Refresh();
            }

            return Task.FromResult(last);
        }
    }

    /// <summary>The list as it is now; waits for the provider where what is known is no longer fresh.</summary>
    public Task<ModelListing> GetFreshAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _last is { } last && IsFresh(last) ? Task.FromResult(last) : Refresh().WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops a listing under way and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<ModelListing>? refresh;
        lock (_gate)
        {
            refresh = _refresh;
        }

        await _stopping.CancelAsync();
        if (refresh is not null)
        {
            await refresh;
        }

        _stopping.Dispose();
    }

    private bool IsFresh(ModelListing listing) =>
        time.GetElapsedTime(_takenAt) < (listing.Error is null ? FreshFor : FailedFor);

    // Called inside the gate.
    private Task<ModelListing> Refresh()
    {
        if (_refresh is null or { IsCompleted: true })
        {
            _refresh = RefreshAsync();
        }

        return _refresh;
    }

    // It belongs to no caller: one who leaves must not take the list from the others who wait for it.
    private async Task<ModelListing> RefreshAsync()
    {
        var listing = await AskAsync();
        lock (_gate)
        {
            LogChange(_last, listing);
            _last = listing;
            _takenAt = time.GetTimestamp();
        }

        return listing;
    }

    private async Task<ModelListing> AskAsync()
    {
        try
        {
            return await provider.ListModelsAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return new([], GatewayError.Upstream($"The provider '{provider.Name}' is being closed."));
        }
        catch (Exception exception)
        {
            // The boundary of work that nobody's request carries: a provider's bug must not end every later listing.
            Log.ListingThrew(logger, exception, provider.Name);
            return new([], GatewayError.Upstream($"The models of the provider '{provider.Name}' could not be listed."));
        }
    }

    private void LogChange(ModelListing? before, ModelListing after)
    {
        if (after.Error is { } error && before?.Error?.Body.Message != error.Body.Message)
        {
            Log.ListingFailed(logger, provider.Name, error.Body.Message);
        }
        else if (after.Error is null && before?.Error is not null)
        {
            Log.ListingRecovered(logger, provider.Name, after.Models.Count);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Warning, "The models of provider {Provider} cannot be listed: {Reason}")]
        public static partial void ListingFailed(ILogger logger, string provider, string reason);

        [LoggerMessage(1101, LogLevel.Information, "The models of provider {Provider} can be listed again; it has {Count}.")]
        public static partial void ListingRecovered(ILogger logger, string provider, int count);

        [LoggerMessage(1102, LogLevel.Error, "Listing the models of provider {Provider} failed unexpectedly.")]
        public static partial void ListingThrew(ILogger logger, Exception exception, string provider);
    }
}
