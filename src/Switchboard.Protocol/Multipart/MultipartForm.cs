using System.Buffers;
using System.Security.Cryptography;

namespace Switchboard.Protocol.Multipart;

/// <summary>
/// A <c>multipart/form-data</c> body (RFC 7578) that is written as a stream: a file of any size passes through one buffer
/// of 64 KiB. Not for use by several threads at once.
/// </summary>
public sealed partial class MultipartForm
{
    private const int BufferSize = 64 * 1024;

    private static readonly byte[] s_lineEnd = "\r\n"u8.ToArray();

    private readonly List<MultipartField> _fields = [];
    private readonly Func<string> _makeBoundary;
    private string? _boundary;

    /// <summary>Makes an empty form.</summary>
    public MultipartForm()
        : this(static () => "form-" + RandomNumberGenerator.GetHexString(32, lowercase: true))
    {
    }

    internal MultipartForm(Func<string> makeBoundary) => _makeBoundary = makeBoundary;

    /// <summary>The value of the request's <c>Content-Type</c> header, with the boundary.</summary>
    public string ContentType => "multipart/form-data; boundary=" + Boundary;

    /// <summary>The number of fields.</summary>
    public int Count => _fields.Count;

    /// <summary>True when the form can be sent again, as a retry does: each of its files can.</summary>
    public bool CanResend => _fields.TrueForAll(static part => part.File?.CanResend ?? true);

    // Chosen at its first use, when nearly every text is known. No text may hold it; of files nobody can tell, and 128
    // random bits need no telling.
    private string Boundary
    {
        get
        {
            while (_boundary is null)
            {
                var boundary = _makeBoundary();
                _boundary = _fields.Exists(part => Holds(part.Text, boundary)) ? null : boundary;
            }

            return _boundary;
        }
    }

    /// <summary>Adds a text.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="value">The text, sent as UTF-8.</param>
    /// <exception cref="ArgumentException">The name is empty, or the text holds the boundary of a form already begun.</exception>
    public void Add(string name, string value) => Add(name, value, contentType: null);

    /// <summary>Adds a text with a content type of its own, such as <c>application/sdp</c>.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="value">The text, sent as UTF-8.</param>
    /// <param name="contentType">The content type; none is sent when null.</param>
    /// <exception cref="ArgumentException">The name is empty, the content type is none, or the text holds the boundary of a form already begun.</exception>
    public void Add(string name, string value, string? contentType)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (contentType is not null && !ContentTypes.IsHeaderValue(contentType))
        {
            throw new ArgumentException("A content type is visible ASCII on one line.", nameof(contentType));
        }

        AddText(name, Encoding.UTF8.GetBytes(value), contentType);
    }

    /// <summary>Adds a JSON value as one field of type <c>application/json</c>. It is neither checked nor copied.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="utf8Json">The JSON text.</param>
    /// <exception cref="ArgumentException">The name is empty, or the text holds the boundary of a form already begun.</exception>
    public void AddJson(string name, ReadOnlyMemory<byte> utf8Json) => AddText(name, utf8Json, "application/json");

    /// <summary>Adds a file.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="file">The file, opened when the form is written.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public void Add(string name, UploadFile file)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(file);
        _fields.Add(MultipartField.OfFile(name, file));
    }

    /// <summary>Takes away every field of that name.</summary>
    public void Remove(string name) => _fields.RemoveAll(field => field.Name == name);

    /// <summary>
    /// The body's length in bytes, where every file's is known. The writes that follow have just that length, or fail where
    /// a file has changed since.
    /// </summary>
    public bool TryGetLength(out long length)
    {
        var delimiter = "--".Length + Boundary.Length + "\r\n".Length;
        length = delimiter + "--".Length;
        var isKnown = true;
        foreach (var field in _fields)
        {
            field.DeclaredLength = field.File?.Length;
            isKnown &= field.File is null || field.DeclaredLength is not null;
            length += delimiter + field.Head.Length + field.Text.Length + (field.DeclaredLength ?? 0) + "\r\n".Length;
        }

        length = isKnown ? length : 0;
        return isKnown;
    }

    /// <summary>Writes the body; no faster than the destination takes it. The destination is neither flushed nor closed.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="cancellationToken">Stops the writing; the file being read is closed.</param>
    /// <exception cref="InvalidOperationException">A file that can be sent once was sent before. Nothing is written then.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="IOException">A file cannot be read, or has not the length it was declared to have: the body is then incomplete.</exception>
    public async Task WriteToAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        foreach (var field in _fields)
        {
            if (field.File is { Source.CanSend: false } file)
            {
                throw new InvalidOperationException($"The stream of the file '{file.FileName}' was read before and cannot be taken back. Give the file as a path, as bytes or as a function, to send it more than once.");
            }
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        await WriteAsync(new FormBodyWriter(destination, buffer), cancellationToken).ConfigureAwait(false);

        // Only now: a read or write that failed or was cancelled may still hold it.
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask WriteAsync(FormBodyWriter body, CancellationToken cancellationToken)
    {
        var delimiter = Encoding.ASCII.GetBytes("--" + Boundary + "\r\n");
        foreach (var field in _fields)
        {
            await body.WriteAsync(delimiter, cancellationToken).ConfigureAwait(false);
            await body.WriteAsync(field.Head, cancellationToken).ConfigureAwait(false);
            if (field.File is { } file)
            {
                await body.WriteAsync(file, field.DeclaredLength ?? file.Length, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await body.WriteAsync(field.Text, cancellationToken).ConfigureAwait(false);
            }

            await body.WriteAsync(s_lineEnd, cancellationToken).ConfigureAwait(false);
        }

        await body.WriteAsync(Encoding.ASCII.GetBytes("--" + Boundary + "--\r\n"), cancellationToken).ConfigureAwait(false);
        await body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private void AddText(string name, ReadOnlyMemory<byte> text, string? contentType)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_boundary is not null && Holds(text, _boundary))
        {
            throw new ArgumentException($"The text of the field '{name}' holds the form's boundary.", nameof(text));
        }

        _fields.Add(MultipartField.OfText(name, text, contentType));
    }

    private static bool Holds(ReadOnlyMemory<byte> text, string boundary) => text.Span.IndexOf(Encoding.ASCII.GetBytes(boundary)) >= 0;
}
