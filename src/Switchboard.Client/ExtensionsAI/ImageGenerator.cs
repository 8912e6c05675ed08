// The package marks image generation as experimental.
#pragma warning disable MEAI001
using Microsoft.Extensions.AI;
using Switchboard.Protocol.Images;
using Switchboard.Protocol.Multipart;

namespace Switchboard.Client.ExtensionsAI;

/// <summary><see cref="IImageGenerator"/> over images: generations, and edits where there are originals.</summary>
internal sealed class ImageGenerator(SwitchboardClient client, string model) : IImageGenerator
{
    private readonly ImageGeneratorMetadata _metadata = new(client.Transport.Endpoint.ProviderName, client.BaseUrl, model);

    public async Task<ImageGenerationResponse> GenerateAsync(ImageGenerationRequest request, ImageGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var extras = ExtraMembers.Of(options?.AdditionalProperties);
        var raw = options?.RawRepresentationFactory?.Invoke(this);
        ImagesResponse response = request.OriginalImages?.ToList() is { Count: > 0 } originals
            ? await client.Images.EditAsync(EditOf(raw as ImageEditRequest, request, originals, options), extras, cancellationToken).ConfigureAwait(false)
            : await client.Images.GenerateAsync(RequestOf(raw as ImageRequest, request, options), extras, cancellationToken).ConfigureAwait(false);
        return ToResponse(response, options);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => Services.Find(serviceType, serviceKey, this, _metadata, client);

    public void Dispose()
    {
        // The client is its owner's.
    }

    private static ImageGenerationResponse ToResponse(ImagesResponse response, ImageGenerationOptions? options)
    {
        var type = response.OutputFormat?.Value is { Length: > 0 } format ? $"image/{format}" : options?.MediaType ?? "image/png";
        List<AIContent> contents = [];
        foreach (var image in response.Data ?? [])
        {
            AIContent? content = image.B64Json is { } bytes ? new DataContent(bytes, type) : image.Url is { } url ? new UriContent(url, type) : null;
            if (content is not null)
            {
                content.RawRepresentation = image;
                contents.Add(content);
            }
        }

        return new ImageGenerationResponse(contents) { RawRepresentation = response, Usage = UsageOf(response.Usage) };
    }

    private static UsageDetails? UsageOf(ImageGenUsage? usage) => usage is null ? null : new UsageDetails
    {
        InputTokenCount = usage.InputTokens,
        OutputTokenCount = usage.OutputTokens,
        TotalTokenCount = usage.TotalTokens,
    };

    private static string? SizeOf(ImageGenerationOptions? options) => options?.ImageSize is { } size ? $"{size.Width}x{size.Height}" : null;

    // Only older models know the word, and only they answer addresses.
    private static string? FormOf(ImageGenerationOptions? options) => options?.ResponseFormat switch
    {
        ImageGenerationResponseFormat.Uri => "url",
        ImageGenerationResponseFormat.Data => "b64_json",
        _ => null,
    };

    private static UploadFile FileOf(AIContent image, int index) => image is DataContent data
        ? UploadFile.FromBytes(data.Data, data.Name ?? $"image{index}.{MediaTypes.FormatOf(data.MediaType)}", data.MediaType)
        : throw new ArgumentException($"An image to edit has to be given as {nameof(DataContent)}: {image.GetType().Name}.", nameof(image));

    private ImageRequest RequestOf(ImageRequest? raw, ImageGenerationRequest asked, ImageGenerationOptions? options)
    {
        var request = raw ?? new ImageRequest("");
        return request with
        {
            Prompt = asked.Prompt ?? request.Prompt,
            Model = request.Model ?? options?.ModelId ?? model,
            N = request.N ?? options?.Count,
            Size = request.Size ?? (SizeOf(options) is { } size ? size : (ImageRequestSize?)null),
            ResponseFormat = request.ResponseFormat ?? (FormOf(options) is { } form ? form : (ImageRequestResponseFormat?)null),
            OutputFormat = request.OutputFormat ?? (options?.MediaType is { } type ? MediaTypes.FormatOf(type) : (ImageRequestOutputFormat?)null),
        };
    }

    private ImageEditRequest EditOf(ImageEditRequest? raw, ImageGenerationRequest asked, List<AIContent> originals, ImageGenerationOptions? options)
    {
        List<UploadFile> images = [.. originals.Select(FileOf)];
        var request = raw ?? new ImageEditRequest(images, "");
        return request with
        {
            Image = images,
            Prompt = asked.Prompt ?? request.Prompt,
            Model = request.Model ?? options?.ModelId ?? model,
            N = request.N ?? options?.Count,
            Size = request.Size ?? (SizeOf(options) is { } size ? size : (ImageEditRequestSize?)null),
            ResponseFormat = request.ResponseFormat ?? (FormOf(options) is { } form ? form : (ImageEditRequestResponseFormat?)null),
            OutputFormat = request.OutputFormat ?? (options?.MediaType is { } type ? MediaTypes.FormatOf(type) : (ImageEditRequestOutputFormat?)null),
        };
    }
}
