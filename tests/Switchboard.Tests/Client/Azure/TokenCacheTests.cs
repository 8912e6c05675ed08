using Azure.Core;
using Switchboard.Client;
using Switchboard.Client.Azure;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Client.Azure;

public sealed class TokenCacheTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Credential _credential;

    public TokenCacheTests() => _credential = new Credential(_clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_kept_until_shortly_before_it_runs_out()
    {
        var provider = ProviderOf(null);

        Assert.Equal("token-1", await provider(Token));
        _clock.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("token-1", await provider(Token));
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("token-2", await provider(Token));
        Assert.Equal([AzureOptions.TokenScope], _credential.Scopes);
    }

    [Fact]
    public async Task The_credential_may_say_when()
    {
        _credential.RefreshAfter = TimeSpan.FromMinutes(10);
        var provider = ProviderOf("scope");

        await provider(Token);
        _clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("token-2", await provider(Token));
        Assert.Equal(["scope"], _credential.Scopes);
    }

    [Fact]
    public async Task Many_calls_ask_once()
    {
        _credential.Hold = new TaskCompletionSource();
        var provider = ProviderOf(null);

        var calls = Enumerable.Range(0, 20).Select(_ => provider(Token).AsTask()).ToArray();
        _credential.Hold.SetResult();

        Assert.All(await Task.WhenAll(calls), token => Assert.Equal("token-1", token));
        Assert.Equal(1, _credential.Count);
    }

    [Fact]
    public async Task While_one_call_renews_the_others_go_on()
    {
        var provider = ProviderOf(null);
        await provider(Token);
        _clock.Advance(TimeSpan.FromMinutes(56));
        _credential.Hold = new TaskCompletionSource();

        var renewing = provider(Token).AsTask();

        Assert.Equal("token-1", await provider(Token));
        Assert.False(renewing.IsCompleted);
        _credential.Hold.SetResult();
        Assert.Equal("token-2", await renewing);
    }

    [Fact]
    public async Task A_renewal_that_fails_early_is_no_fault_and_one_that_fails_late_is()
    {
        var provider = ProviderOf(null);
        await provider(Token);
        _credential.Fault = new InvalidOperationException("no network");
        _clock.Advance(TimeSpan.FromMinutes(56));

        Assert.Equal("token-1", await provider(Token));
        Assert.Equal("token-1", await provider(Token));
        Assert.Equal(2, _credential.Count);
        _clock.Advance(TimeSpan.FromMinutes(4));
        await Assert.ThrowsAsync<InvalidOperationException>(() => provider(Token).AsTask());
    }

    [Fact]
    public async Task A_call_that_is_cancelled_leaves_the_renewal_to_the_next()
    {
        _credential.Hold = new TaskCompletionSource();
        var provider = ProviderOf(null);
        using var cancelling = new CancellationTokenSource();

        var first = provider(cancelling.Token).AsTask();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _credential.Hold = null;

        Assert.Equal("token-2", await provider(Token));
    }

    [Fact]
    public async Task A_client_signs_in_with_it()
    {
        var handler = new CapturingHandler();
        using var client = new SwitchboardClient(new SwitchboardClientOptions
        {
            Azure = new AzureOptions { Endpoint = new("https://r.openai.azure.com") }.WithCredential(_credential, timeProvider: _clock),
            HttpHandler = handler,
            ReadsEnvironment = false,
        });

        await client.Models.ListAsync(cancellationToken: Token);

        Assert.Equal("Bearer token-1", Assert.Single(handler.Requests).Headers.Authorization!.ToString());
    }

    private Func<CancellationToken, ValueTask<string>> ProviderOf(string? scope) => new AzureOptions().WithCredential(_credential, scope, _clock).TokenProvider!;

    private sealed class Credential(TimeProvider clock) : TokenCredential
    {
        public int Count { get; private set; }

        public HashSet<string> Scopes { get; } = [];

        public TimeSpan? RefreshAfter { get; set; }

        public TaskCompletionSource? Hold { get; set; }

        public Exception? Fault { get; set; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new InvalidOperationException("Never in the way of a thread.");

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var number = ++Count;
            Scopes.UnionWith(requestContext.Scopes);
            await (Hold?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken);
            if (Fault is not null)
            {
                throw Fault;
            }

            var now = clock.GetUtcNow();
            return RefreshAfter is { } after ? new AccessToken($"token-{number}", now.AddHours(1), now + after) : new AccessToken($"token-{number}", now.AddHours(1));
        }
    }
}
