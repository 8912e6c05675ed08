using Switchboard.Client;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Operations;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.Transport;

/// <summary>Redirects are followed, and take neither key nor prompt to another origin.</summary>
public sealed class RedirectTests
{
    [Fact]
    public async Task WithinTheOriginAllGoesAlong()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.RedirectTo("/v1/chat/completions?moved=1"), times: 1);

        await test.ChatAsync();

        Assert.Equal(2, test.Upstream.Requests.Count);
        Assert.Equal("Bearer sk-secret-key", test.Upstream.Requests[1].Header("Authorization"));
        Assert.Equal(test.Upstream.Requests[0].BodyText, test.Upstream.Requests[1].BodyText);
    }

    [Fact]
    public async Task TheKeyStaysWithItsOrigin()
    {
        await using var test = ClientUnderTest.Start(options =>
        {
            options.Headers["api-key"] = "azure-secret";
            options.Organization = "org-1";
        });
        await using var other = ReplayUpstream.Start();
        other.Reply(200, "{}");
        test.Upstream.Misbehave(Misbehaviour.RedirectTo(new Uri(other.BaseUrl, "/v1/models").AbsoluteUri), times: 1);

        await test.Client.Transport.SendAsync(new ApiRequest(OpenAIOperations.ListModels, "/models", null), TestContext.Current.CancellationToken);

        var request = Assert.Single(other.Requests);
        Assert.Null(request.Header("Authorization"));
        Assert.Null(request.Header("api-key"));
        Assert.Null(request.Header("OpenAI-Organization"));
    }

    [Fact]
    public async Task ThePromptStaysWithItsOrigin()
    {
        await using var test = ClientUnderTest.Start();
        await using var other = ReplayUpstream.Start();
        test.Upstream.Misbehave(Misbehaviour.RedirectTo(new Uri(other.BaseUrl, "/v1/chat/completions").AbsoluteUri));

        var fault = await Assert.ThrowsAsync<ApiStatusException>(() => test.ChatAsync());

        Assert.Equal(307, fault.Status);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task CirclesEnd()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.RedirectTo("/v1/chat/completions"));

        var fault = await Assert.ThrowsAsync<ApiStatusException>(() => test.ChatAsync());

        Assert.Equal(307, fault.Status);
        Assert.Equal(6, test.Upstream.Requests.Count);
    }
}
