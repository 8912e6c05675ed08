using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Client;
using Switchboard.Client.AspNetCore;
using Switchboard.Protocol.Webhooks;

namespace Switchboard.Tests.Client.Webhooks;

/// <summary>Endpoints that take webhooks, on a real Kestrel.</summary>
public sealed class WebhookEndpointTests
{
    private static readonly byte[] s_body = """{"id":"evt_1","object":"event","created_at":1750000000,"type":"batch.completed","data":{"id":"batch_1"}}"""u8.ToArray();
    private static readonly WebhookEndpointOptions s_secret = new() { Secrets = [WebhooksClientTests.OtherSecret, WebhooksClientTests.Secret], MaxBodyBytes = 500 };

    [Fact]
    public async Task A_good_webhook_reaches_the_handler_typed()
    {
        var got = new List<WebhookDelivery>();
        await using var application = await StartAsync(endpoints => endpoints.MapOpenAIWebhook("/hooks", delivery =>
        {
            got.Add(delivery);
            return Task.CompletedTask;
        }, s_secret));

        Assert.Equal(HttpStatusCode.OK, await PostAsync(application, s_body));

        var delivery = Assert.Single(got);
        Assert.Equal(("wh_1", "batch_1"), (delivery.Id, Assert.IsType<BatchCompletedWebhookEvent>(delivery.Event).Data.Id));
        Assert.Equal(s_body, delivery.Body.ToArray());
    }

    [Fact]
    public async Task Bad_ones_are_refused_before_the_handler()
    {
        await using var application = await StartAsync(endpoints => endpoints.MapOpenAIWebhook("/hooks", _ => throw new InvalidOperationException("The handler was called."), s_secret));

        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(application, s_body, "whsec_d3Jvbmc="));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(application, s_body, WebhooksClientTests.Secret, TimeSpan.FromMinutes(-10)));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(application, "{\"type\":"u8.ToArray()));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(application, new byte[501]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(application, new byte[100_000], isChunked: true));
    }

    [Fact]
    public async Task A_handler_that_fails_is_an_error_so_that_the_webhook_comes_again()
    {
        await using var application = await StartAsync(endpoints => endpoints.MapOpenAIWebhook("/hooks", _ => throw new InvalidOperationException("later"), s_secret));

        Assert.Equal(HttpStatusCode.InternalServerError, await PostAsync(application, s_body));
    }

    [Fact]
    public async Task The_secret_may_be_that_of_the_client_among_the_services()
    {
        using var client = new SwitchboardClient(new SwitchboardClientOptions { WebhookSecret = WebhooksClientTests.Secret, ReadsEnvironment = false });
        await using var application = await StartAsync(endpoints => endpoints.MapOpenAIWebhook("/hooks", _ => Task.CompletedTask), client);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(application, s_body));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(application, s_body, WebhooksClientTests.OtherSecret));
    }

    [Fact]
    public async Task Without_any_secret_the_endpoint_is_not_made() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(endpoints => endpoints.MapOpenAIWebhook("/hooks", _ => Task.CompletedTask)));

    [Fact]
    public async Task The_filter_guards_an_endpoint_of_the_programs_own()
    {
        await using var application = await StartAsync(endpoints => endpoints
            .MapPost("/hooks", (HttpContext context) => Results.Text(context.GetWebhook().Event.Type))
            .AddEndpointFilter(new WebhookEndpointFilter(s_secret)));

        Assert.Equal(HttpStatusCode.OK, await PostAsync(application, s_body));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(application, s_body, "whsec_d3Jvbmc="));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(application, new byte[501]));
    }

    private static async Task<WebApplication> StartAsync(Action<WebApplication> map, SwitchboardClient? client = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        if (client is not null)
        {
            builder.Services.AddSingleton(client);
        }

        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        map(application);
        await application.StartAsync();
        return application;
    }

    private static async Task<HttpStatusCode> PostAsync(WebApplication application, byte[] body, string secret = WebhooksClientTests.Secret, TimeSpan age = default, bool isChunked = false)
    {
        var headers = WebhooksClientTests.Signed(secret, body, at: TimeProvider.System.GetUtcNow() + age);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, application.Urls.First() + "/hooks") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = isChunked;
        request.Headers.Add(WebhookHeaders.IdName, headers.Id);
        request.Headers.Add(WebhookHeaders.TimestampName, headers.Timestamp);
        request.Headers.Add(WebhookHeaders.SignatureName, headers.Signature);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
