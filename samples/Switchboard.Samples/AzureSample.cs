using Azure.Core;
using Switchboard.Client;
using Switchboard.Client.Azure;
using Switchboard.Client.Chat;
using Switchboard.Protocol.Chat;

namespace Switchboard.Samples;

/// <summary>Azure OpenAI with an Entra token. The endpoint is that of the environment (<c>AZURE_OPENAI_ENDPOINT</c>).</summary>
internal static class AzureSample
{
    // A program would take DefaultAzureCredential of the package Azure.Identity; this one has its token from `az account get-access-token`.
    public static Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken) => RunAsync(
        new AzureOptions(),
        DelegatedTokenCredential.Create((_, _) => new AccessToken(Environment.GetEnvironmentVariable("AZURE_OPENAI_AD_TOKEN") ?? "", DateTimeOffset.MaxValue)),
        output,
        cancellationToken);

    public static async Task RunAsync(AzureOptions azure, TokenCredential credential, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = new SwitchboardClient(new SwitchboardClientOptions { Azure = azure.WithCredential(credential) });

        // The model is the name of the deployment.
        ChatCompletion answer = await client.Chat.Completions.CreateAsync(
            new ChatCompletionRequest([new UserMessage("Say hello.")], Models.Chat), cancellationToken: cancellationToken);

        await output.WriteLineAsync(answer.Text);
    }
}
