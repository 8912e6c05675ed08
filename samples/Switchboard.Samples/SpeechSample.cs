using Switchboard.Client;
using Switchboard.Protocol.Audio;

namespace Switchboard.Samples;

/// <summary>Speaks a sentence into a file, whose extension says the format.</summary>
internal static class SpeechSample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("switchboard-").FullName, "hello.mp3");
        var request = new SpeechRequest("gpt-4o-mini-tts", "Hello, world! This is a test.", "alloy") { Instructions = "Cheerful." };

        await client.Audio.Speech.SaveAsync(request, path, cancellationToken: cancellationToken);

        await output.WriteLineAsync($"{path}: {new FileInfo(path).Length} bytes");
    }
}
