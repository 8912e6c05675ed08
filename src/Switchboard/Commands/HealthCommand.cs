using System.CommandLine;
using System.Text.Json;

namespace Switchboard.Cli.Commands;

/// <summary>
/// <c>switchboard health</c>: asks a running gateway whether it takes requests. For containers and scripts that have
/// nothing else to ask with; it reads no configuration, so that a fault there does not make a gateway that runs look ill.
/// </summary>
internal static class HealthCommand
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var url = new Argument<string>("url") { Description = "The gateway's address.", DefaultValueFactory = _ => "http://127.0.0.1:8000" };
        var command = new Command("health", "Ask a running gateway whether it takes requests; the exit code is 0 when it does.") { url };
        command.SetAction((arguments, cancellationToken) => AskAsync(arguments.GetValue(url)!, arguments.InvocationConfiguration, cancellationToken));
        return command;
    }

    private static async Task<int> AskAsync(string url, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate($"{url.TrimEnd('/')}/ready", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            await console.Error.WriteLineAsync($"'{url}' is no address; write one such as http://127.0.0.1:8000.");
            return ExitCodes.Misuse;
        }

        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = s_deadline, MaxResponseContentBufferSize = 64 * 1024 };
            using var answer = await client.GetAsync(address, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                await console.Output.WriteLineAsync("It takes requests.");
                return ExitCodes.Done;
            }

            await console.Error.WriteLineAsync($"It takes no requests: {address} answered {(int)answer.StatusCode}{await WordOfAsync(answer, cancellationToken)}.");
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            await console.Error.WriteLineAsync($"Nothing answers at {address}.");
        }

        return ExitCodes.Failed;
    }

    // Why, as far as it says so: it starts, or it drains.
    private static async Task<string> WordOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            return body.RootElement is { ValueKind: JsonValueKind.Object } said && said.TryGetProperty("status"u8, out var word) && word.GetString() is "starting" or "draining"
                ? $" ({said.GetProperty("status"u8).GetString()})"
                : "";
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
