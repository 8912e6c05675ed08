using System.ComponentModel;
using System.Text.Json.Serialization;
using Switchboard.Client;
using Switchboard.Client.Tools;
using Switchboard.Protocol.Chat;

namespace Switchboard.Samples;

/// <summary>The model calls .NET methods: their parameters become the schema, their results go back, until it can answer.</summary>
internal static partial class ToolsSample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        var tools = new ToolSet
        {
            { "get_weather", "The weather of a city at this moment.", GetWeather, ToolTypes.Default.Options },
        };
        var request = new ChatCompletionRequest([new UserMessage("Is it warmer in Oslo or in Rome?")], Models.Chat);
        var loop = new ToolLoopOptions
        {
            MaxRounds = 5,
            AfterCall = async (result, _) => await output.WriteLineAsync($"{result.Call.Name}({result.Call.Input}) = {result.Text}"),
            MaxParallelCalls = 1,
        };

        var run = await client.Chat.Completions.RunToolsAsync(request, tools, loop, cancellationToken: cancellationToken);

        await output.WriteLineAsync(run.Text);
        await output.WriteLineAsync($"{run.Rounds.Count} requests, {run.Usage?.TotalTokens} tokens, ended: {run.End}");
    }

    // What a method throws is told to the model as a failure; the text of a ToolException word for word.
    private static Weather GetWeather([Description("The city, without its country.")] string city) => city switch
    {
        "Oslo" => new Weather(4, "snow"),
        "Rome" => new Weather(19, "sun"),
        _ => throw new ToolException($"There is no station in {city}."),
    };

    internal sealed record Weather(int Celsius, string Sky);

    [JsonSerializable(typeof(Weather))]
    [JsonSerializable(typeof(string))]
    internal sealed partial class ToolTypes : JsonSerializerContext;
}
