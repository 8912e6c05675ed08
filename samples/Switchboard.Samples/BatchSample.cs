using Switchboard.Client;
using Switchboard.Client.Batches;
using Switchboard.Client.Chat;
using Switchboard.Protocol.Batches;
using Switchboard.Protocol.Chat;

namespace Switchboard.Samples;

/// <summary>Many requests in one file: uploaded, waited for, and their answers read.</summary>
internal static class BatchSample
{
    private static readonly string[] s_cities = ["Oslo", "Rome", "Lima"];

    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        var entries = s_cities.Select(city => BatchEntry.Of(city, new ChatCompletionRequest([new UserMessage($"Describe {city} in ten words.")], Models.Chat)));

        Batch batch = await client.Batches.UploadAndCreateAsync(entries, cancellationToken: cancellationToken);
        await output.WriteLineAsync($"{batch.Id} has begun; it may take a day.");
        batch = await client.Batches.WaitAsync(batch.Id, cancellationToken: cancellationToken);

        await foreach (var result in client.Batches.ReadResultsAsync(batch, cancellationToken: cancellationToken))
        {
            await output.WriteLineAsync(result.Error is null ? $"{result.CustomId}: {result.Read<ChatCompletion>().Text}" : result.ToString());
        }
    }
}
