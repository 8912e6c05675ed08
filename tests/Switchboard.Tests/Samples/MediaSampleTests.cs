using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client;

namespace Switchboard.Tests.Samples;

/// <summary>Samples over pictures, sound and files.</summary>
public sealed class MediaSampleTests
{
    [Fact]
    [Trait("Sample", "images")]
    public async Task Images_saves_the_recorded_picture()
    {
        await using var run = new SampleRun().Replay("ImagesTests", "BasicGenerationWorks");

        var path = Assert.Single(await run.RunAsync("images"));

        Assert.EndsWith(Path.DirectorySeparatorChar + "lighthouse-1.png", path, StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(path, SampleRun.Token))[..4]);
        Assert.Equal("1024x1024", run.Sent(0).GetProperty("size").GetString());
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    [Trait("Sample", "speech")]
    public async Task Speech_saves_the_recorded_sound()
    {
        await using var run = new SampleRun().Replay("GenerateSpeechTests", "BasicTextToSpeechWorks");

        var printed = Assert.Single(await run.RunAsync("speech")).Split(": ");

        var bytes = new FileInfo(printed[0]).Length;
        Assert.Equal($"{bytes} bytes", printed[1]);
        Assert.InRange(bytes, 10_000, long.MaxValue);
        Assert.Equal("mp3", run.Sent(0).GetProperty("response_format").GetString());
        Directory.Delete(Path.GetDirectoryName(printed[0])!, recursive: true);
    }

    [Fact]
    [Trait("Sample", "transcription")]
    public async Task Transcription_hears_what_was_recorded()
    {
        await using var run = new SampleRun().Replay("GenerateSpeechTests", "BasicTextToSpeechWorks");

        Assert.Equal(["Hello, world. This is a test."], await run.RunAsync("transcription"));

        Assert.Equal("alloy", run.Sent(0).GetProperty("voice").GetString());
        var form = run.Upstream.Requests[1].BodyText;
        Assert.Contains("filename=\"speech.mp3\"", form, StringComparison.Ordinal);
        Assert.Contains("gpt-4o-mini-transcribe", form, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Sample", "batch")]
    public async Task Batch_uploads_waits_and_reads()
    {
        await using var run = new SampleRun();
        run.Upstream.On("/v1/files", _ => UpstreamAnswer.Json("""{"id":"file-in","object":"file","bytes":9,"created_at":1,"filename":"batch.jsonl","purpose":"batch","status":"processed"}"""));
        run.Upstream.On("/v1/batches", _ => Batch("validating", "null", "null"));
        run.Upstream.On("/v1/batches/batch_1", _ => Batch("completed", "\"file-out\"", "\"file-error\""));
        run.Upstream.On("/v1/files/file-out/content", _ => UpstreamAnswer.Text($"{Line("Rome", "Old and warm.")}\n{Line("Oslo", "Cold and green.")}\n", "application/jsonl"));
        run.Upstream.On("/v1/files/file-error/content", _ => UpstreamAnswer.Text(
            """{"id":"b3","custom_id":"Lima","response":{"status_code":429,"request_id":"r3","body":{"error":{"message":"Slow down.","type":"requests","code":"rate_limit_exceeded"}}},"error":null}""", "application/jsonl"));

        var printed = await run.RunAsync("batch");

        Assert.Equal(["batch_1 has begun; it may take a day.", "Rome: Old and warm.", "Oslo: Cold and green."], printed[..3]);
        Assert.StartsWith("Lima: ", printed[3], StringComparison.Ordinal);
        Assert.Contains("Slow down.", printed[3], StringComparison.Ordinal);
        var file = run.Upstream.Requests[0].BodyText;
        Assert.Equal(3, file.Split('\n').Count(line => line.StartsWith("{\"custom_id\":", StringComparison.Ordinal)));
        Assert.Equal(("file-in", "/v1/chat/completions"), (run.Sent(1).GetProperty("input_file_id").GetString(), run.Sent(1).GetProperty("endpoint").GetString()));
    }

    private static UpstreamAnswer Batch(string status, string output, string errors) => UpstreamAnswer.Json($$"""
        {"id":"batch_1","object":"batch","endpoint":"/v1/chat/completions","input_file_id":"file-in","completion_window":"24h","status":"{{status}}","output_file_id":{{output}},"error_file_id":{{errors}},"created_at":1}
        """);

    private static string Line(string name, string text) =>
        $$"""{"id":"b","custom_id":"{{name}}","response":{"status_code":200,"request_id":"r","body":{{TestAnswers.Chat(text).BodyText().ReplaceLineEndings("")}}},"error":null}""";
}
