using System.ComponentModel;
using System.Text.Json.Serialization;
using Switchboard.Client;
using Switchboard.Protocol.Chat;

namespace Switchboard.Samples;

/// <summary>An answer that is a .NET object: the type becomes a strict schema, and the model is held to it.</summary>
internal static partial class StructuredOutputSample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        var request = new ChatCompletionRequest(
            [new SystemMessage("Extract the event."), new UserMessage("Alice and Bob go to a science fair on Friday.")], Models.Chat);

        var answer = await client.Chat.Completions.ParseAsync(request, OutputTypes.Default.CalendarEvent, cancellationToken: cancellationToken);

        await output.WriteLineAsync(answer.Parsed is { } found
            ? $"{found.Name} on {found.Day}: {string.Join(", ", found.Participants)}"
            : $"The model refused: {answer.Refusal}");
    }

    internal enum Weekday
    {
        Monday,
        Tuesday,
        Wednesday,
        Thursday,
        Friday,
        Saturday,
        Sunday,
    }

    internal sealed record CalendarEvent(string Name, Weekday Day, [property: Description("First names only.")] IReadOnlyList<string> Participants);

    [JsonSourceGenerationOptions(UseStringEnumConverter = true)]
    [JsonSerializable(typeof(CalendarEvent))]
    internal sealed partial class OutputTypes : JsonSerializerContext;
}
