using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Switchboard.Tests.Client.Calls;

/// <summary>A field of a form as it was sent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FileName">The file's name; null of text.</param>
/// <param name="ContentType">Its media type, where told.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record FormPart(string Name, string? FileName, string? ContentType, byte[] Content)
{
    // What recordings write before the bytes of a file, which are then in base64.
    private const string Base64 = "b64:";

    public string Text => Encoding.UTF8.GetString(Content);

    /// <summary>The parts of a form, wire or recorded.</summary>
    public static async Task<IReadOnlyList<FormPart>> ReadAsync(ReadOnlyMemory<byte> body, string contentType)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(contentType).Boundary).Value!;
        var reader = new MultipartReader(boundary, new MemoryStream(body.ToArray()));
        var parts = new List<FormPart>();
        while (await reader.ReadNextSectionAsync(TestContext.Current.CancellationToken) is { } section)
        {
            using var content = new MemoryStream();
            await section.Body.CopyToAsync(content, TestContext.Current.CancellationToken);
            var told = ContentDispositionHeaderValue.Parse(section.ContentDisposition);
            var fileName = told.FileNameStar.HasValue ? told.FileNameStar : HeaderUtilities.RemoveQuotes(told.FileName);
            parts.Add(new FormPart(HeaderUtilities.RemoveQuotes(told.Name).Value!, fileName.Value, section.ContentType, Decoded(content.ToArray())));
        }

        return parts;
    }

    private static byte[] Decoded(byte[] content) =>
        content.AsSpan().StartsWith(Encoding.ASCII.GetBytes(Base64)) ? Convert.FromBase64String(Encoding.ASCII.GetString(content.AsSpan(Base64.Length))) : content;
}
