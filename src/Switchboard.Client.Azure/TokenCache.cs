using System.Diagnostics.CodeAnalysis;
using Azure.Core;

namespace Switchboard.Client.Azure;

/// <summary>Keeps a credential's token and renews it before it runs out, one renewal at a time.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for has nothing to dispose of; and options are not disposed of.")]
internal sealed class TokenCache(TokenCredential credential, string scope, TimeProvider time)
{
    // A token that the server gets may be checked a moment later, by a clock that goes before.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_early = TimeSpan.FromMinutes(5);

    private readonly TokenRequestContext _context = new([scope]);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Kept? _kept;

    public ValueTask<string> GetAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _kept) is { } kept && time.GetUtcNow() < kept.RefreshAt ? new ValueTask<string>(kept.Token) : RefreshAsync(cancellationToken);

    private async ValueTask<string> RefreshAsync(CancellationToken cancellationToken)
    {
        // While one call renews a token that is still good, the others go on with it.
        if (!_gate.Wait(0, CancellationToken.None))
        {
            if (Volatile.Read(ref _kept) is { } good && IsGood(good))
            {
                return good.Token;
            }

            await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            if (_kept is not { } kept || time.GetUtcNow() >= kept.RefreshAt)
            {
                Volatile.Write(ref _kept, kept = await RenewAsync(cancellationToken).ConfigureAwait(false));
            }

            return kept.Token;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async ValueTask<Kept> RenewAsync(CancellationToken cancellationToken)
    {
        var old = _kept;
        try
        {
            var token = await credential.GetTokenAsync(_context, cancellationToken).ConfigureAwait(false);
            return new Kept(token.Token, RefreshAt(token), token.ExpiresOn);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested && old is not null && IsGood(old))
        {
            // Renewing was early: there is time to try again.
            return old with { RefreshAt = time.GetUtcNow() + s_margin };
        }
    }

    private bool IsGood(Kept kept) => time.GetUtcNow() < kept.ExpiresOn - s_margin;

    private DateTimeOffset RefreshAt(AccessToken token)
    {
        if (token.RefreshOn is { } asked)
        {
            return asked;
        }

        // A short life is not spent on renewing.
        var now = time.GetUtcNow();
        var half = (token.ExpiresOn - now) / 2;
        return token.ExpiresOn - (half < s_early ? half : s_early);
    }

    private sealed record Kept(string Token, DateTimeOffset RefreshAt, DateTimeOffset ExpiresOn);
}
