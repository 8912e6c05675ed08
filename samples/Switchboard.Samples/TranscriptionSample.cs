using Switchboard.Client;
using Switchboard.Client.Audio;
using Switchboard.Protocol.Audio;
using Switchboard.Protocol.Multipart;

namespace Switchboard.Samples;

/// <summary>Speaks a sentence and hears what it said. A recording on disk would be <c>UploadFile.FromPath("talk.mp3")</c>.</summary>
internal static class TranscriptionSample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        await using var speech = await client.Audio.Speech.CreateAsync(
            new SpeechRequest("gpt-4o-mini-tts", "Hello, world! This is a test.", "alloy"), cancellationToken: cancellationToken);
        var recording = UploadFile.FromBytes(await speech.ReadBytesAsync(cancellationToken), "speech.mp3");

        TranscriptionResult heard = await client.Audio.Transcriptions.CreateAsync(
            new TranscriptionRequest(recording, "gpt-4o-mini-transcribe") { Language = "en" }, cancellationToken: cancellationToken);

        await output.WriteLineAsync(heard.GetText());
    }
}
