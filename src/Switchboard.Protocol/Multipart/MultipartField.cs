namespace Switchboard.Protocol.Multipart;

/// <summary>One field of a form: its header lines, and its text or its file.</summary>
internal sealed class MultipartField
{
    private MultipartField(string name, byte[] head, ReadOnlyMemory<byte> text, UploadFile? file)
    {
        Name = name;
        Head = head;
        Text = text;
        File = file;
    }

    public string Name { get; }

    /// <summary>The header lines and the empty line after them.</summary>
    public byte[] Head { get; }

    /// <summary>The text; empty for a file.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    public UploadFile? File { get; }

    /// <summary>The length of the file that the request was told to have, which its bytes must then have.</summary>
    public long? DeclaredLength { get; set; }

    public static MultipartField OfText(string name, ReadOnlyMemory<byte> text, string? contentType) =>
        new(name, MakeHead(name, fileName: null, contentType), text, file: null);

    public static MultipartField OfFile(string name, UploadFile file) =>
        new(name, MakeHead(name, file.FileName, file.ContentType), default, file);

    private static byte[] MakeHead(string name, string? fileName, string? contentType)
    {
        var head = new StringBuilder("Content-Disposition: form-data; name=\"");
        AppendEscaped(head, name);
        if (fileName is not null)
        {
            head.Append("\"; filename=\"");
            AppendEscaped(head, fileName);
        }

        head.Append("\"\r\n");
        if (contentType is not null)
        {
            head.Append("Content-Type: ").Append(contentType).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
    }

    // As browsers do (HTML, "multipart form data"): these three alone, all else as UTF-8, and no filename*. It is what
    // servers read alike.
    private static void AppendEscaped(StringBuilder head, string value)
    {
        // At the end alone a backslash would escape the closing quote for the servers that do read backslashes.
        var isOpenEnded = value.EndsWith('\\');
        foreach (var c in isOpenEnded ? value.AsSpan(0, value.Length - 1) : value)
        {
            _ = c switch
            {
                '"' => head.Append("%22"),
                '\r' => head.Append("%0D"),
                '\n' => head.Append("%0A"),
                // Header parsers refuse the other control characters; browsers send this in their stead.
                < ' ' or '\x7f' => head.Append('\uFFFD'),
                _ => head.Append(c),
            };
        }

        head.Append(isOpenEnded ? "%5C" : "");
    }
}
