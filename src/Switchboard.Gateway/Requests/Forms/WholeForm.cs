using System.Net.Http.Headers;
using System.Text;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Forms;

/// <summary>A form that was read whole: for providers that take no forms, and get what is in it in another way.</summary>
internal sealed class WholeForm
{
    private const int FirstBuffer = 64 * 1024;

    private readonly List<WholePart> _parts = [];

    private WholeForm()
    {
    }

    /// <summary>Its parts, in their order.</summary>
    public IReadOnlyList<WholePart> Parts => _parts;

    /// <summary>The text of a field; null where the form has none of that name.</summary>
    public string? Text(string name) => _parts.Find(part => part.Name == name && !part.IsFile)?.Text;

    /// <summary>The first file of that name; null where the form has none.</summary>
    public WholePart? File(string name) => _parts.Find(part => part.Name == name && part.IsFile);

    /// <summary>The names of its parts, in their order.</summary>
    public IEnumerable<string> Names => _parts.Select(part => part.Name).Distinct(StringComparer.Ordinal);

    /// <summary>Reads a form.</summary>
    /// <param name="body">Its bytes.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <returns>The form, or why it cannot be taken.</returns>
    public static async ValueTask<(WholeForm? Form, GatewayError? Error)> ReadAsync(UploadBody body, int most, CancellationToken cancellationToken)
    {
        // What is read here is gone: no other provider could be sent it.
        body.IsBegun = true;
        var bytes = new byte[(int)Math.Min(body.Length ?? FirstBuffer, most) + 1];
        var length = 0;
        try
        {
            while (await body.ReadAsync(bytes.AsMemory(length), cancellationToken) is > 0 and var count)
            {
                length += count;
                if (length > most)
                {
                    return (null, new GatewayError(413, new($"The provider of this model takes forms of at most {most / (1024 * 1024)} MB.", Protocol.Errors.ErrorTypes.InvalidRequest, null, "request_too_large")));
                }

                if (length == bytes.Length)
                {
                    Array.Resize(ref bytes, (int)Math.Min(2L * bytes.Length, most + 1L));
                }
            }
        }
        catch (UploadRefusedException refused)
        {
            return (null, refused.Error);
        }

        var form = new WholeForm();
        var fault = form.Take(bytes.AsMemory(0, length), BoundaryOf(body.ContentType));
        return fault is null ? (form, null) : (null, FormFields.Broken(fault));
    }

    private static byte[] BoundaryOf(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase)) is { Value: { } value }
            ? Encoding.ASCII.GetBytes(value.Trim('"'))
            : [];

    private string? Take(ReadOnlyMemory<byte> bytes, byte[] boundary)
    {
        var scanner = new MultipartScanner(boundary);
        var at = 0;
        WholePart? open = null;
        while (true)
        {
            var token = scanner.Read(bytes.Span[at..], isLast: true, out var length);
            var taken = bytes.Slice(at, length);
            at += length;
            switch (token)
            {
                case FormToken.PartHead when PartHead.TryRead(taken.Span, out var head, out var fault):
                    open = new WholePart(head.Name, head.FileName, MediaTypeOf(taken.Span));
                    break;
                case FormToken.PartHead:
                    return "a part of it cannot be read";
                case FormToken.Data:
                    open!.Add(taken);
                    break;
                case FormToken.PartEnd:
                    _parts.Add(open!);
                    break;
                case FormToken.End:
                    return null;
                case FormToken.Epilogue:
                    break;
                default:
                    return scanner.Fault ?? "it ends too early";
            }
        }
    }

    private static string? MediaTypeOf(ReadOnlySpan<byte> head)
    {
        foreach (var line in Encoding.UTF8.GetString(head).Split("\r\n"))
        {
            if (line.StartsWith("Content-Type:", StringComparison.OrdinalIgnoreCase) && MediaTypeHeaderValue.TryParse(line.AsSpan("Content-Type:".Length).Trim().ToString(), out var type))
            {
                return type.MediaType;
            }
        }

        return null;
    }
}

/// <summary>A part of a form.</summary>
/// <param name="name">The field's name.</param>
/// <param name="fileName">The file's name; null for a field that is no file.</param>
/// <param name="mediaType">Its media type; null where it names none.</param>
internal sealed class WholePart(string name, string? fileName, string? mediaType)
{
    /// <summary>The field's name.</summary>
    public string Name => name;

    /// <summary>It is a file.</summary>
    public bool IsFile => fileName is not null;

    /// <summary>The file's name as it came; empty for a field that is no file.</summary>
    public string FileName => fileName ?? "";

    /// <summary>Its media type; null where it names none.</summary>
    public string? MediaType => mediaType;

    /// <summary>Its content, as text.</summary>
    public string Text => Encoding.UTF8.GetString(Data.Span);

    /// <summary>Its content.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Adds content. The pieces of a form that lies in one place mostly are one.</summary>
    public void Add(ReadOnlyMemory<byte> data) => Data = Data.IsEmpty ? data : (byte[])[.. Data.Span, .. data.Span];
}
