using System.Globalization;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Images;
using Switchboard.Protocol.Operations;

namespace Switchboard.Client.Images;

public sealed partial class ImagesClient
{
    private static readonly OpenAIOperation s_download = new("downloadImage", "GET", "of an image") { BinaryContentType = "image/*" };

    /// <summary>Gives the bytes of an image in an answer: those in it, or those at its address (<c>https:</c>, <c>http:</c>, <c>data:</c>).</summary>
    /// <remarks>The key, and headers of the client's options, go to no server but the API's own. Addresses hold for an hour or so.</remarks>
    /// <param name="image">The image.</param>
    /// <param name="options">What the download does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="ArgumentException">The image has neither bytes nor an address, or its address is of another kind.</exception>
    /// <exception cref="FormatException">The image's data URL is none.</exception>
    /// <exception cref="ApiException">The download failed. Reading throws an <see cref="ApiResponseException"/> after more than <see cref="SwitchboardClientOptions.MaxResponseBytes"/>.</exception>
    public async Task<ApiContent> DownloadAsync(Image image, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        var request = new ApiRequest(s_download, "/", options) { MaxBytes = _transport.Options.MaxResponseBytes };
        if (image.B64Json is { } bytes)
        {
            return ApiContent.Of(_transport, request, bytes, PictureFormat.ContentTypeOf(bytes.Span) ?? "application/octet-stream");
        }

        if (image.Url is not { Length: > 0 } url)
        {
            throw new ArgumentException("The image has neither bytes nor an address.", nameof(image));
        }

        if (DataUrl.Is(url))
        {
            var (type, content) = DataUrl.Decode(url);
            return ApiContent.Of(_transport, request, content, type);
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
        {
            throw new ArgumentException("The image's address is none of https, http or data.", nameof(image));
        }

        // Its connections are the client's: there is nothing of its own to dispose of.
#pragma warning disable CA2000
        return await DownloadEndpoint.TransportTo(address, _transport).SendForContentAsync(request, cancellationToken).ConfigureAwait(false);
#pragma warning restore CA2000
    }

    /// <summary>Saves an image of an answer to a file, wherever its bytes are. See <see cref="DownloadAsync"/>.</summary>
    /// <param name="image">The image.</param>
    /// <param name="path">The file, in place of one of that name. Without an extension it gets that of the image's format.</param>
    /// <param name="options">What the download does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task<string> SaveAsync(Image image, string path, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var content = await DownloadAsync(image, options, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        var target = Path.HasExtension(path) ? path : path + PictureFormat.ExtensionOf(content.ContentType);
        await content.SaveAsync(target, cancellationToken).ConfigureAwait(false);
        return target;
    }

    /// <summary>Saves all images of an answer to a folder, which is made if need be: <c>image-1.png</c>, <c>image-2.png</c> …</summary>
    /// <param name="response">The answer.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="name">What the files' names begin with.</param>
    /// <param name="options">What the downloads do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the downloads.</param>
    /// <returns>The paths of the files, in the images' order.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task<IReadOnlyList<string>> SaveAllAsync(ImagesResponse response, string folder, string name = "image", CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Directory.CreateDirectory(folder);
        var paths = new List<string>();
        foreach (var (index, image) in (response.Data ?? []).Index())
        {
            var content = await DownloadAsync(image, options, cancellationToken).ConfigureAwait(false);
            await using var _ = content.ConfigureAwait(false);
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{index + 1}{PictureFormat.ExtensionOf(content.ContentType)}"));
            await content.SaveAsync(path, cancellationToken).ConfigureAwait(false);
            paths.Add(path);
        }

        return paths;
    }
}
