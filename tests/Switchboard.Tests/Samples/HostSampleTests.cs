using System.Net;
using System.Text.Json;
using Azure.Core;
using Microsoft.Extensions.Configuration;
using Switchboard.Client;
using Switchboard.Protocol.Webhooks;
using Switchboard.Samples;
using Switchboard.Tests.Client;
using Switchboard.Tests.Client.Realtime;
using Switchboard.Tests.Client.Webhooks;

namespace Switchboard.Tests.Samples;

/// <summary>Samples with a surrounding of their own: a web server, a websocket, Azure, a container.</summary>
public sealed class HostSampleTests
{
    [Fact]
    [Trait("Sample", "webhook")]
    public async Task Webhook_fetches_the_response_that_is_told_of()
    {
        await using var run = new SampleRun();
        run.Upstream.Reply(TestAnswers.Response(TestAnswers.Message("Proved.")));
        var client = run.Client.WithOptions(options => options with { WebhookSecret = WebhooksClientTests.Secret });
        var codes = new List<HttpStatusCode>();

        var printed = await SampleRun.PrintAsync(async output =>
        {
            await using var application = WebhookSample.Build(client, output, "http://127.0.0.1:0");
            await application.StartAsync(SampleRun.Token);
            var address = application.Urls.First() + "/webhooks/openai";
            codes.Add(await PostAsync(address, "response.completed", "resp_1", WebhooksClientTests.Secret));
            codes.Add(await PostAsync(address, "batch.completed", "batch_1", WebhooksClientTests.Secret));
            codes.Add(await PostAsync(address, "batch.completed", "batch_2", WebhooksClientTests.OtherSecret));
            await application.StopAsync(SampleRun.Token);
        });

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.BadRequest], codes);
        Assert.Equal(["resp_1: Proved.", "batch.completed (wh_1)"], printed);
        Assert.Equal("/v1/responses/resp_1", Assert.Single(run.Upstream.Requests).Path);
    }

    [Fact]
    [Trait("Sample", "realtime")]
    public async Task Realtime_asks_in_a_session_and_prints_the_answer()
    {
        var said = new List<JsonElement>();
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.SendAsync(Shapes.SessionCreated);
            for (var i = 0; i < 3; i++)
            {
                said.Add(await socket.ReceiveAsync());
            }

            await socket.SendAsync(Shapes.ResponseCreated);
            await socket.SendAsync(Text("Red, "));
            await socket.SendAsync(Text("green, blue."));
            await socket.SendAsync(Shapes.ResponseDone);
            Assert.Equal("closed", await socket.ReceiveTypeAsync());
        });
        using var client = server.Connect();

        var printed = await SampleRun.PrintAsync(output => RealtimeSample.RunAsync(client, output, SampleRun.Token));

        Assert.Equal(["Red, green, blue. (completed)"], printed);
        Assert.Equal(["session.update", "conversation.item.create", "response.create"], said.Select(message => message.GetProperty("type").GetString()));
        Assert.Equal("Name three colours.", said[1].GetProperty("item").GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("/v1/realtime?model=gpt-realtime", Assert.Single(server.Handshakes).Target);

        static string Text(string delta) =>
            $$"""{"type":"response.output_text.delta","event_id":"event_4","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,"delta":"{{delta}}"}""";
    }

    [Fact]
    [Trait("Sample", "azure")]
    public async Task Azure_is_asked_with_a_token()
    {
        await using var run = new SampleRun();
        run.Upstream.Reply(TestAnswers.Chat("Hello."));
        var credential = DelegatedTokenCredential.Create((context, _) => new AccessToken($"token for {context.Scopes[0]}", DateTimeOffset.MaxValue));

        var printed = await SampleRun.PrintAsync(output => AzureSample.RunAsync(new AzureOptions { Endpoint = run.Upstream.RootUrl }, credential, output, SampleRun.Token));

        Assert.Equal(["Hello."], printed);
        var request = Assert.Single(run.Upstream.Requests);
        Assert.Equal(("/openai/v1/chat/completions", $"Bearer token for {AzureOptions.TokenScope}"), (request.Path, request.Header("Authorization")));
    }

    [Fact]
    [Trait("Sample", "dependency-injection")]
    public async Task Dependency_injection_falls_back_to_the_second_client()
    {
        await using var run = new SampleRun();
        run.Upstream.Reply(503, """{"error":{"message":"Overloaded.","type":"server_error"}}""");
        run.Upstream.Reply(TestAnswers.Chat("Good day, Ada."));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OpenAI:ApiKey"] = "sk-far",
            ["OpenAI:BaseUrl"] = run.Upstream.BaseUrl.ToString(),
            ["OpenAI:MaxRetries"] = "0",
            ["Local:ApiKey"] = "sk-near",
            ["Local:BaseUrl"] = run.Upstream.BaseUrl.ToString(),
        }).Build();

        var printed = await SampleRun.PrintAsync(output => DependencyInjectionSample.RunAsync(configuration, output, SampleRun.Token));

        Assert.Equal(["Good day, Ada."], printed);
        Assert.Equal(["Bearer sk-far", "Bearer sk-near"], run.Upstream.Requests.Select(request => request.Header("Authorization")));
        Assert.Equal("switchboard-tiny", run.Sent(1).GetProperty("model").GetString());
    }

    private static async Task<HttpStatusCode> PostAsync(string address, string type, string id, string secret)
    {
        var body = System.Text.Encoding.UTF8.GetBytes($$$"""{"id":"evt_1","object":"event","created_at":1750000000,"type":"{{{type}}}","data":{"id":"{{{id}}}"}}""");
        var headers = WebhooksClientTests.Signed(secret, body, at: TimeProvider.System.GetUtcNow());
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Headers.Add(WebhookHeaders.IdName, headers.Id);
        request.Headers.Add(WebhookHeaders.TimestampName, headers.Timestamp);
        request.Headers.Add(WebhookHeaders.SignatureName, headers.Signature);
        using var response = await client.SendAsync(request, SampleRun.Token);
        return response.StatusCode;
    }
}
