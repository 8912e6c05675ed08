using System.Buffers.Binary;
using Switchboard.Client.Audio;
using Switchboard.Protocol.Audio;
using Switchboard.Protocol.Json;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Transport;

namespace Switchboard.Tests.Client.Audio;

/// <summary>Speech into files and as a stream, and transcriptions as text and subtitles.</summary>
public sealed class SoundTests : IDisposable
{
    private const string Verbose = """{"text":"Hello. World","language":"en","duration":3600.5,"segments":[{"id":0,"start":0,"end":1.5,"text":" Hello.\n\nAgain "},{"id":1,"start":1.5,"end":3600.0426,"text":"a < b & c"}]}""";
    private const string Diarized = """{"task":"transcribe","duration":2,"text":"Hi. Ho.","segments":[{"id":"s1","type":"transcript.text.segment","start":0,"end":1,"text":"Hi.","speaker":"Ann"},{"id":"s2","type":"transcript.text.segment","start":1,"end":2,"text":"Ho.","speaker":"<B>"}]}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("switchboard-sound");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("a.mp3", null, "mp3")]
    [InlineData("a.OGG", null, "opus")]
    [InlineData("a.pcm", null, "pcm")]
    [InlineData("a.mp3", "flac", "flac")]
    [InlineData("sound", null, null)]
    public async Task TheFormatIsThatOfTheExtension(string name, string? asked, string? sent)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Bytes("sound"u8.ToArray(), "audio/mpeg"));
        var path = Path.Combine(_folder.FullName, name);

        var result = await test.Client.Audio.Speech.SaveAsync(new SpeechRequest("tts-1", "Hello", "alloy") { ResponseFormat = asked is null ? default(SpeechRequestResponseFormat?) : asked, StreamFormat = "sse" }, path, cancellationToken: Token);

        Assert.Equal(200, result.Status);
        Assert.Equal("sound", await File.ReadAllTextAsync(path, Token));
        var body = test.Upstream.Requests[0].Json;
        Assert.Equal(sent, body.TryGetProperty("response_format", out var format) ? format.GetString() : null);
        Assert.False(body.TryGetProperty("stream_format", out _));
    }

    [Theory]
    [InlineData(0xFFFFFFFF, 0xFFFFFFFF, 46u, 10u)]
    [InlineData(0u, 0u, 46u, 10u)]
    [InlineData(46u, 8u, 46u, 8u)]
    public async Task TheSizesOfAWaveFileAreSetRight(uint whole, uint data, uint wholeAfter, uint dataAfter)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Bytes(Wave(whole, data, new byte[10]), "audio/wav"));
        var path = Path.Combine(_folder.FullName, "a.wav");

        await test.Client.Audio.Speech.SaveAsync(new SpeechRequest("tts-1", "Hello", "alloy"), path, cancellationToken: Token);

        Assert.Equal(Wave(wholeAfter, dataAfter, new byte[10]), await File.ReadAllBytesAsync(path, Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("RIFF")]
    [InlineData("RIFF....WAVEfmt ....................")]
    [InlineData("not a wave file at all, however named")]
    public async Task WhatIsNoWaveFileIsLeftAsItIs(string text)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Text(text.Replace("....", "\0\0\0\0", StringComparison.Ordinal), "audio/wav"));
        var path = Path.Combine(_folder.FullName, "a.wav");

        await test.Client.Audio.Speech.SaveAsync(new SpeechRequest("tts-1", "Hello", "alloy"), path, cancellationToken: Token);

        Assert.Equal(text.Length, new FileInfo(path).Length);
    }

    [Fact]
    public async Task SoundIsStreamedWithoutWhatIsAroundIt()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.ReplyStream(ServerSentEvents.FromJson(["""{"type":"speech.audio.delta","audio":"AQI="}""", """{"type":"speech.audio.delta","audio":"Aw=="}""", """{"type":"speech.audio.done","usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}"""]));

        var sound = new List<byte>();
        await foreach (var piece in test.Client.Audio.Speech.StreamAudioAsync(new SpeechRequest("tts-1", "Hello", "alloy"), cancellationToken: Token))
        {
            sound.AddRange(piece.ToArray());
        }

        Assert.Equal([1, 2, 3], sound);
        Assert.Equal("sse", test.Upstream.Requests[0].Json.GetProperty("stream_format").GetString());
    }

    [Fact]
    public void SegmentsBecomeSubtitles()
    {
        var verbose = WireJson.Deserialize<TranscriptionResult>(System.Text.Encoding.UTF8.GetBytes(Verbose));
        Assert.Equal("1\n00:00:00,000 --> 00:00:01,500\nHello.\nAgain\n\n2\n00:00:01,500 --> 01:00:00,043\na < b & c\n\n", verbose.ToSrt());
        Assert.Equal("WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nHello.\nAgain\n\n00:00:01.500 --> 01:00:00.043\na &lt; b &amp; c\n\n", verbose.ToVtt());

        var diarized = WireJson.Deserialize<TranscriptionResult>(System.Text.Encoding.UTF8.GetBytes(Diarized));
        Assert.Equal("1\n00:00:00,000 --> 00:00:01,000\nAnn: Hi.\n\n2\n00:00:01,000 --> 00:00:02,000\n<B>: Ho.\n\n", diarized.ToSrt());
        Assert.Equal("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v Ann>Hi.\n\n00:00:01.000 --> 00:00:02.000\n<v &lt;B&gt;>Ho.\n\n", diarized.ToVtt());

        var translated = WireJson.Deserialize<TranslationResult>(System.Text.Encoding.UTF8.GetBytes(Verbose));
        Assert.Equal((verbose.ToSrt(), verbose.ToVtt()), (translated.ToSrt(), translated.ToVtt()));
        Assert.Equal(("Hello. World", "Hello. World", "Hi. Ho."), (verbose.GetText(), translated.GetText(), diarized.GetText()));
    }

    [Fact]
    public void WithoutSegmentsThereAreNoSubtitles()
    {
        var plain = WireJson.Deserialize<TranscriptionResult>("""{"text":"Hello"}"""u8);

        Assert.Equal("Hello", plain.GetText());
        Assert.Throws<InvalidOperationException>(() => plain.ToSrt());
    }

    private static byte[] Wave(uint whole, uint data, byte[] sound)
    {
        byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, .. new byte[16], .. "data"u8, 0, 0, 0, 0, .. sound];
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), whole);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(40), data);
        return file;
    }
}
