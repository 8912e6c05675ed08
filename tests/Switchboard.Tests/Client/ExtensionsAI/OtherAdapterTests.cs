#pragma warning disable MEAI001 // What is tested is experimental.
using Microsoft.Extensions.AI;
using Switchboard.Client;
using Switchboard.Protocol.Images;

namespace Switchboard.Tests.Client.ExtensionsAI;

public sealed class OtherAdapterTests
{
    [Fact]
    public async Task Embeddings_come_in_the_order_of_their_texts()
    {
        await using var recorded = new Recorded("EmbeddingsTests/GenerateMultipleEmbeddings(UsingStrings)");

        var generator = recorded.Client.AsEmbeddingGenerator("text-embedding-3-small", 456);
        var embeddings = await generator.GenerateAsync(["Hello, world!", "This is a test.", "Goodbye!"], cancellationToken: Recorded.Token);

        Assert.True(System.Text.Json.JsonElement.DeepEquals(System.Text.Json.JsonElement.Parse(recorded.Recording!.Exchanges[0].RequestBody.Span), recorded.Sent));
        Assert.Equal(3, embeddings.Count);
        Assert.All(embeddings, embedding => Assert.Equal(456, embedding.Dimensions));
        Assert.True(embeddings.Usage!.InputTokenCount > 0);
        Assert.Equal(456, generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
        Assert.Same(recorded.Client, generator.GetService<SwitchboardClient>());
    }

    [Fact]
    public async Task Speech_becomes_text()
    {
        await using var recorded = new Recorded("TranscriptionTests/TranscriptionUsageWorks(%gpt-4o-mini-transcribe%)");
        using var audio = new MemoryStream([1, 2, 3]);

        var response = await recorded.Client.AsSpeechToTextClient("gpt-4o-mini-transcribe").GetTextAsync(audio, new() { SpeechLanguage = "en" }, Recorded.Token);

        Assert.NotEmpty(response.Text);
        Assert.True(response.Usage!.InputTokenCount > 0);
        Assert.Contains("name=language", recorded.Upstream.Requests[^1].BodyText.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Speech_becomes_text_while_it_comes()
    {
        await using var recorded = new Recorded("TranscriptionTests/StreamingTranscriptionWorks(UsingStream)");
        using var audio = new MemoryStream([1, 2, 3]);
        List<SpeechToTextResponseUpdate> updates = [];

        await foreach (var update in recorded.Client.AsSpeechToTextClient("gpt-4o-mini-transcribe").GetStreamingTextAsync(audio, cancellationToken: Recorded.Token))
        {
            updates.Add(update);
        }

        var done = updates.Select(update => update.RawRepresentation).OfType<Switchboard.Protocol.Audio.TranscriptTextDoneEvent>().Single();
        Assert.Equal(done.Text, updates.ToSpeechToTextResponse().Text);
        Assert.Equal(SpeechToTextResponseUpdateKind.TextUpdated, updates[^1].Kind);
    }

    [Fact]
    public async Task Text_becomes_speech()
    {
        await using var recorded = new Recorded("GenerateSpeechTests/BasicTextToSpeechWorks");

        var response = await recorded.Client.AsTextToSpeechClient("tts-1", "echo").GetAudioAsync("Hello", new() { AudioFormat = "audio/mpeg", Speed = 1.1f }, Recorded.Token);

        Assert.NotEmpty(Assert.IsType<DataContent>(Assert.Single(response.Contents)).Data.ToArray());
        recorded.AssertSent("""{"model":"tts-1","input":"Hello","voice":"echo","speed":1.1,"response_format":"mp3"}""");
    }

    [Fact]
    public async Task Text_becomes_speech_while_it_comes()
    {
        await using var recorded = new Recorded("GenerateSpeechTests/StreamingSpeechWorks");
        var bytes = 0;

        await foreach (var update in recorded.Client.AsTextToSpeechClient("gpt-4o-mini-tts").GetStreamingAudioAsync("Hello", cancellationToken: Recorded.Token))
        {
            bytes += update.Contents.OfType<DataContent>().Sum(content => content.Data.Length);
        }

        Assert.True(bytes > 0);
        Assert.Equal("sse", recorded.Sent.GetProperty("stream_format").GetString());
        Assert.False(recorded.Sent.TryGetProperty("stream", out _));
    }

    [Fact]
    public async Task Images_are_made()
    {
        await using var recorded = new Recorded("ImagesTests/BasicGenerationWorks");

        var response = await recorded.Client.AsImageGenerator("gpt-image-1").GenerateAsync(new ImageGenerationRequest("An isolated stop sign"), new() { Count = 1, ImageSize = new(1024, 1024) }, Recorded.Token);

        Assert.Equal("1024x1024", recorded.Sent.GetProperty("size").GetString());
        Assert.Single(response.Contents);
        Assert.IsType<ImagesResponse>(response.RawRepresentation);
    }

    [Fact]
    public async Task Images_are_changed()
    {
        await using var recorded = new Recorded("ImageEditsTests/GenerateImageEditWorks(UsingStream)");

        var response = await recorded.Client.AsImageGenerator("gpt-image-1").GenerateAsync(new ImageGenerationRequest("More", [new DataContent(new byte[] { 1 }, "image/png")]), cancellationToken: Recorded.Token);

        Assert.Equal("/v1/images/edits", recorded.Upstream.Requests[^1].Path);
        Assert.Single(response.Contents);
    }
}
