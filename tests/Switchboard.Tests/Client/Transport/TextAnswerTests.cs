using Switchboard.Client;
using Switchboard.Protocol.Audio;
using Switchboard.Protocol.Multipart;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Calls;

namespace Switchboard.Tests.Client.Transport;

/// <summary>A transcription may be asked for as text or subtitles: then the answer is no JSON.</summary>
public sealed class TextAnswerTests
{
    private const string Subtitles = "1\n00:00:00,000 --> 00:00:02,000\nHello, \"world\"!\n\n";

    private static readonly TranscriptionRequest s_request = new(UploadFile.FromBytes("sound"u8.ToArray(), "a.wav"), "whisper-1") { ResponseFormat = AudioResponseFormat.Srt };

    [Theory]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("text/vtt")]
    [InlineData("application/x-subrip")]
    public async Task Text_is_the_transcription(string contentType)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Text(Subtitles, contentType));

        TranscriptionResult result = await test.Client.Audio.Transcriptions.CreateAsync(s_request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Subtitles, Assert.IsType<Transcription>(result).Text);
    }

    [Fact]
    public async Task Text_is_the_translation()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Text(Subtitles, "text/plain"));

        TranslationResult result = await test.Client.Audio.Translations.CreateAsync(new TranslationRequest(s_request.File, "whisper-1"), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Subtitles, Assert.IsType<Translation>(result).Text);
    }

    [Fact]
    public async Task Own_types_get_text_as_JSON()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Text(Subtitles, "text/plain"));

        var result = await test.Client.Audio.Transcriptions.CreateAsync(s_request, OwnTypes.Default.JsonElement, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Subtitles, result.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task JSON_is_read_whatever_it_is_called()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Text("""{"text":"Hello"}""", "text/plain"));

        TranscriptionResult result = await test.Client.Audio.Transcriptions.CreateAsync(s_request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("Hello", Assert.IsType<Transcription>(result).Text);
    }

    [Fact]
    public async Task A_web_page_is_no_transcription()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Text("<html>Sign in</html>", "text/html"));

        var fault = await Assert.ThrowsAsync<ApiResponseException>(() => test.Client.Audio.Transcriptions.CreateAsync(s_request, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("web page", fault.Message, StringComparison.Ordinal);
    }
}
