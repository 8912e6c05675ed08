using Switchboard.Client.Webhooks;
using Switchboard.Gateway.Configuration;
using Switchboard.Protocol.Webhooks;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Files;

namespace Switchboard.Tests.Server.Batches;

public sealed class WebhookTests
{
    private const string Secret = "whsec_c2VjcmV0LXRoYXQtc2lnbnMtd2ViaG9va3M=";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "batch.failed")]
    [InlineData("x", "batch.completed")]
    public async Task The_end_of_a_batch_is_told_signed_and_again_where_nobody_took_it(string content, string type)
    {
        await using var receiver = ReplayUpstream.Start();
        receiver.On("/hook", request => UpstreamAnswer.Json("{}", request.Number == 1 ? 500 : 200));
        await using var gateway = await FilesGateway.StartAsync(configuration => configuration with
        {
            Batches = new BatchSettings { Webhook = new WebhookSettings { Url = new Uri(receiver.RootUrl, "hook"), Secret = new Secret(Secret) } },
        });

        var batch = await gateway.EndAsync(await gateway.CreateAsync(content.Length == 0 ? "no json" : BatchGateway.Lines(1)));

        var client = new WebhooksClient([Secret]);
        var ids = new List<string?>();
        for (var i = 0; i < 2; i++)
        {
            var told = await receiver.WaitForRequestAsync(Token);
            var happened = client.Unwrap(told.Body.Span, told.Header);
            ids.Add(told.Header("webhook-id"));
            Assert.Equal(type, happened.Type);
            Assert.Equal(FilesEndpointTests.Text(batch, "id"), happened switch
            {
                BatchCompletedWebhookEvent completed => completed.Data.Id,
                BatchFailedWebhookEvent failed => failed.Data.Id,
                _ => null,
            });
        }

        Assert.Single(ids.Distinct());
        Assert.StartsWith("evt_", ids[0], StringComparison.Ordinal);
    }
}
