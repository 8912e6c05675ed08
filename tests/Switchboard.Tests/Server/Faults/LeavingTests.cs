using Microsoft.Extensions.DependencyInjection;
using Switchboard.Server.Draining;
using Switchboard.Testing.Misbehaviours;

namespace Switchboard.Tests.Server.Faults;

/// <summary>A caller whose connection ends, over real sockets: the provider's end of the call is closed, in every phase.</summary>
public sealed class LeavingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "hang before headers")]
    [InlineData(false, "hang after headers")]
    [InlineData(false, "hang before the end")]
    [InlineData(true, "hang before headers")]
    [InlineData(true, "hang after headers")]
    [InlineData(true, "hang after 2 events")]
    public async Task The_provider_sees_the_end(bool stream, string misbehaviour)
    {
        await using var gateway = await RelayedGateway.StartAsync();
        gateway.Upstream.Misbehave(Misbehaviour.Named(misbehaviour));
        var caller = new HttpClient { BaseAddress = gateway.Gateway.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = ServedGateway.Body(RelayedGateway.Chat(stream)) };
        var asking = caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        await gateway.Upstream.WaitForRequestAsync(Token);
        if (misbehaviour == "hang after 2 events")
        {
            // With the head the answer is the caller's to give up.
            (await asking).Dispose();
        }

        caller.Dispose();

        await gateway.Upstream.WaitForDisconnectAsync(Token);
        await ((Task)asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var state = gateway.Gateway.Services.GetRequiredService<DrainState>();
        state.Begin();
        await state.WhenIdle.WaitAsync(Token);
    }
}
