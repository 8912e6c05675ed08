using System.Text.Json.Serialization;
using Switchboard.Client;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;

namespace Switchboard.Samples;

/// <summary>Requests and answers of types of your own, for servers that know more than the specification, and members that it lacks.</summary>
internal static partial class OwnTypesSample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        // Both sides of your own.
        Answer answer = await client.Chat.Completions.CreateAsync(
            new Question(Models.Chat, [new Line("user", "Say hello.")], TopK: 40), OwnTypes.Default.Question, OwnTypes.Default.Answer, cancellationToken: cancellationToken);
        await output.WriteLineAsync(answer.Choices[0].Message.Content);

        // Or the client's types, with a member more on the way out, and one on the way back.
        ChatCompletion completion = await client.Chat.Completions.CreateAsync(
            new ChatCompletionRequest([new UserMessage("Say hello.")], Models.Chat),
            new CallOptions { ExtraBody = new Dictionary<string, RawJson> { ["top_k"] = RawJson.Parse("40"u8) } },
            cancellationToken);
        await output.WriteLineAsync($"{completion.Choices[0].Message.Content} {(completion.Extra.TryGetValue("timings", out var timings) ? timings : "")}");
    }

    internal sealed record Question(string Model, IReadOnlyList<Line> Messages, int TopK);

    internal sealed record Answer(IReadOnlyList<Choice> Choices);

    internal sealed record Choice(Line Message);

    internal sealed record Line(string Role, string Content);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(Question))]
    [JsonSerializable(typeof(Answer))]
    internal sealed partial class OwnTypes : JsonSerializerContext;
}
