using Switchboard.Client;

namespace Switchboard.Samples;

/// <summary>Runs a sample by its name: <c>dotnet run --project samples/Switchboard.Samples -- chat</c>.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        using var leaving = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            leaving.Cancel();
        };
        using var client = new SwitchboardClient();
        return await RunAsync(args, client, Console.Out, leaving.Token);
    }

    /// <summary>Runs the sample that is named, or lists them.</summary>
    /// <returns>What the process ends with: 0 when all went well.</returns>
    public static async Task<int> RunAsync(string[] args, SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        var sample = Sample.All.FirstOrDefault(sample => args is [var name] && sample.Name == name);
        if (sample is null)
        {
            foreach (var (name, description, _) in Sample.All)
            {
                await output.WriteLineAsync($"{name,-22}{description}");
            }

            return args.Length == 0 ? 0 : 2;
        }

        try
        {
            await sample.RunAsync(client, output, cancellationToken);
            return 0;
        }
        catch (ApiException fault)
        {
            await output.WriteLineAsync($"{fault.GetType().Name}: {fault.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 130;
        }
    }
}
