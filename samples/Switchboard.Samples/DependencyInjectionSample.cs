using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Client;
using Switchboard.Client.Chat;
using Switchboard.Protocol.Chat;

namespace Switchboard.Samples;

/// <summary>Clients from a container, their options from configuration: <c>OpenAI__BaseUrl=…</c>, <c>Local__BaseUrl=…</c>, or a settings file.</summary>
internal static class DependencyInjectionSample
{
    public static Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken) =>
        RunAsync(new ConfigurationBuilder().AddEnvironmentVariables().Build(), output, cancellationToken);

    public static async Task RunAsync(IConfiguration configuration, TextWriter output, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddSwitchboardClient(configuration.GetSection("OpenAI"));
        services.AddSwitchboardClient("local", configuration.GetSection("Local"));
        services.AddSingleton<Greeter>();
        await using var provider = services.BuildServiceProvider();

        await output.WriteLineAsync(await provider.GetRequiredService<Greeter>().GreetAsync("Ada", cancellationToken));
    }

    internal sealed class Greeter(SwitchboardClient client, [FromKeyedServices("local")] SwitchboardClient local)
    {
        public async Task<string?> GreetAsync(string name, CancellationToken cancellationToken)
        {
            var request = new ChatCompletionRequest([new UserMessage($"Greet {name}.")], Models.Chat);
            try
            {
                ChatCompletion answer = await client.Chat.Completions.CreateAsync(request, cancellationToken: cancellationToken);
                return answer.Text;
            }
            catch (ApiException fault) when (fault.IsTransient)
            {
                ChatCompletion answer = await local.Chat.Completions.CreateAsync(request with { Model = "switchboard-tiny" }, cancellationToken: cancellationToken);
                return answer.Text;
            }
        }
    }
}
