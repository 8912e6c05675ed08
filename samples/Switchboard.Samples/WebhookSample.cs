using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Switchboard.Client;
using Switchboard.Client.AspNetCore;
using Switchboard.Client.Responses;
using Switchboard.Protocol.Responses;
using Switchboard.Protocol.Webhooks;

namespace Switchboard.Samples;

/// <summary>An endpoint that takes the API's webhooks. What is not signed with the secret (<c>OPENAI_WEBHOOK_SECRET</c>), or is old, is refused before the handler.</summary>
internal static class WebhookSample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        await using var application = Build(client, output, "http://127.0.0.1:5000");
        await output.WriteLineAsync("Takes webhooks at http://127.0.0.1:5000/webhooks/openai; Ctrl-C ends it.");
        await application.StartAsync(cancellationToken);
        await application.WaitForShutdownAsync(cancellationToken);
    }

    public static WebApplication Build(SwitchboardClient client, TextWriter output, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(client);
        var application = builder.Build();
        application.Urls.Add(url);
        application.MapOpenAIWebhook("/webhooks/openai", async webhook =>
        {
            switch (webhook.Event)
            {
                case ResponseCompletedWebhookEvent { Data.Id: var id }:
                    Response response = await client.Responses.RetrieveAsync(id, cancellationToken: webhook.Context.RequestAborted);
                    await output.WriteLineAsync($"{id}: {response.GetOutputText()}");
                    break;
                default:
                    await output.WriteLineAsync($"{webhook.Event.Type} ({webhook.Id})");
                    break;
            }
        });
        return application;
    }
}
