using Switchboard.Client;
using Switchboard.Protocol.Images;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Transport;

namespace Switchboard.Tests.Client.Images;

/// <summary>Images of an answer, wherever their bytes are.</summary>
public sealed class DownloadTests : IDisposable
{
    private static readonly byte[] s_png = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1, 2, 3];
    private static readonly byte[] s_webp = [.. "RIFF"u8, 4, 0, 0, 0, .. "WEBPVP8 "u8];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("switchboard-images");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task NeitherKeyNorHeadersGoToTheImagesHost()
    {
        await using var host = ReplayUpstream.Start();
        host.Reply(UpstreamAnswer.Bytes(s_png, "image/png"));
        await using var test = ClientUnderTest.Start(options =>
        {
            options.Organization = "org-1";
            options.Project = "proj-1";
            options.Headers["X-Proxy-Key"] = "secret";
            options.Query["tenant"] = "secret";
        });

        await using var content = await test.Client.Images.DownloadAsync(At(host, "/blob/1.png?sig=a%2Fb"), cancellationToken: Token);

        Assert.Equal(s_png, await content.ReadBytesAsync(Token));
        Assert.Equal("image/png", content.ContentType);
        var request = Assert.Single(host.Requests);
        Assert.Equal("GET /blob/1.png?sig=a%2Fb", $"{request.Method} {request.Path}{request.Query}");
        Assert.DoesNotContain(request.Headers, header => header.Value.Contains("secret", StringComparison.Ordinal));
        Assert.DoesNotContain(request.Headers, header => header.Key is "Authorization" or "OpenAI-Organization" or "OpenAI-Project");
        Assert.Empty(test.Upstream.Requests);
    }

    [Fact]
    public async Task TheApisOwnServerGetsTheKey()
    {
        await using var test = ClientUnderTest.Start(options => options.Headers["X-Proxy-Key"] = "mine");
        test.Upstream.Reply(UpstreamAnswer.Bytes(s_png, "image/png"));

        await using var content = await test.Client.Images.DownloadAsync(At(test.Upstream, "/images/1.png"), cancellationToken: Token);

        var request = Assert.Single(test.Upstream.Requests);
        Assert.Equal(("/images/1.png", "Bearer sk-secret-key", "mine"), (request.Path, request.Header("Authorization"), request.Header("X-Proxy-Key")));
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(99, true)]
    public async Task ADownloadIsHeldToTheLimit(int limit, bool isTooLarge)
    {
        await using var host = ReplayUpstream.Start();
        await using var test = ClientUnderTest.Start(options => options.MaxResponseBytes = limit);
        host.On("/1.png", _ => UpstreamAnswer.Bytes(new byte[100], "image/png") with { Framing = BodyFraming.Chunked, BytesPerWrite = 30 });
        var path = Path.Combine(_folder.FullName, "1.png");

        var saving = test.Client.Images.SaveAsync(At(host, "/1.png"), path, cancellationToken: Token);

        if (isTooLarge)
        {
            await Assert.ThrowsAsync<ApiResponseException>(() => saving);
            await using var content = await test.Client.Images.DownloadAsync(At(host, "/1.png"), cancellationToken: Token);
            Assert.Throws<ApiResponseException>(() => content.Stream.CopyTo(Stream.Null));
            Assert.Empty(_folder.EnumerateFiles());
        }
        else
        {
            Assert.Equal(100, new FileInfo(await saving).Length);
        }
    }

    [Fact]
    public async Task AllAreSavedEachByItsFormat()
    {
        await using var host = ReplayUpstream.Start();
        host.On("/2", _ => UpstreamAnswer.Bytes(new byte[] { 0xFF, 0xD8, 0xFF }, "image/jpeg; q=1"));
        await using var test = ClientUnderTest.Start();
        var images = new ImagesResponse { Created = DateTimeOffset.UnixEpoch, Data = [new Image { B64Json = s_png }, At(host, "/2"), new Image { Url = "data:image/gif;base64,R0lGOA==" }, new Image { B64Json = s_webp }] };
        var folder = Path.Combine(_folder.FullName, "new");

        var paths = await test.Client.Images.SaveAllAsync(images, folder, "fox", cancellationToken: Token);

        Assert.Equal(["fox-1.png", "fox-2.jpg", "fox-3.gif", "fox-4.webp"], paths.Select(Path.GetFileName));
        Assert.Equal(s_png, await File.ReadAllBytesAsync(paths[0], Token));
        Assert.Equal("GIF8"u8.ToArray(), await File.ReadAllBytesAsync(paths[2], Token));
        Assert.Equal(4, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public async Task ANameWithAnExtensionIsKept()
    {
        await using var test = ClientUnderTest.Start();
        var path = Path.Combine(_folder.FullName, "fox.image");

        Assert.Equal(path, await test.Client.Images.SaveAsync(new Image { B64Json = s_png }, path, cancellationToken: Token));
        Assert.Equal(path + "2.webp", await test.Client.Images.SaveAsync(new Image { B64Json = s_webp }, path + "2.webp", cancellationToken: Token));
        Assert.Equal(s_png, await File.ReadAllBytesAsync(path, Token));
    }

    [Fact]
    public async Task WhatBreaksOffLeavesNoFile()
    {
        await using var host = ReplayUpstream.Start();
        await using var test = ClientUnderTest.Start();
        host.Reply(UpstreamAnswer.Bytes(new byte[1000], "image/png").With(Misbehaviour.TruncatedContentLength));
        await Assert.ThrowsAsync<ApiConnectionException>(() => test.Client.Images.SaveAsync(At(host, "/1"), Path.Combine(_folder.FullName, "1.png"), cancellationToken: Token));

        host.Reply(403, "<Error>The signature has expired</Error>", ("Content-Type", "application/xml"));
        await Assert.ThrowsAsync<ApiPermissionDeniedException>(() => test.Client.Images.SaveAsync(At(host, "/1"), Path.Combine(_folder.FullName, "1.png"), cancellationToken: Token));

        Assert.Empty(_folder.EnumerateFiles());
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("images/1.png")]
    [InlineData("")]
    [InlineData(null)]
    public async Task OtherAddressesAreRefused(string? url)
    {
        await using var test = ClientUnderTest.Start();

        await Assert.ThrowsAsync<ArgumentException>(() => test.Client.Images.DownloadAsync(new Image { Url = url }, cancellationToken: Token));
        await Assert.ThrowsAsync<FormatException>(() => test.Client.Images.DownloadAsync(new Image { Url = "data:image/png;base64" }, cancellationToken: Token));

        Assert.Empty(test.Upstream.Requests);
    }

    private static Image At(ReplayUpstream host, string path) => new() { Url = new Uri(host.RootUrl, path).AbsoluteUri };
}
