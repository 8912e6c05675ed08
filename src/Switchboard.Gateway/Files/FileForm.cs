using System.Buffers;
using System.Globalization;
using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Forms;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Files;

/// <summary>Reads the form of an upload once: the file goes on to its place as it comes, the fields are short.</summary>
internal sealed class FileForm(UploadBody source, string boundary)
{
    private const int BufferBytes = 64 * 1024;
    private const int MostValueBytes = 1024;
    private const int LongestName = 255;
    private const int MostFields = 32;

    private readonly MultipartScanner _scanner = new(Encoding.ASCII.GetBytes(boundary));
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _value = new(64);
    private string? _name;
    private bool _isInFile;

    /// <summary>The file's name, without folders; null where no file came.</summary>
    public string? FileName { get; private set; }

    /// <summary>A field of text; null where it is not there.</summary>
    public string? Field(string name) => _fields.GetValueOrDefault(name);

    /// <summary>Reads the form to its end.</summary>
    /// <param name="file">Where the file goes.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <returns>What is wrong with the form; null for nothing.</returns>
    /// <exception cref="UploadRefusedException">It is too long.</exception>
    public async ValueTask<GatewayError?> ReadAsync(IFileWriter file, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var (start, filled, isLast) = (0, 0, false);
            while (true)
            {
                var token = _scanner.Read(buffer.AsSpan(start, filled - start), isLast, out var length);
                if (token == FormToken.NeedMore)
                {
                    if (isLast)
                    {
                        return null;
                    }

                    buffer.AsSpan(start, filled - start).CopyTo(buffer);
                    (start, filled) = (0, filled - start);
                    var read = await source.ReadAsync(buffer.AsMemory(filled), cancellationToken);
                    (filled, isLast) = (filled + read, read == 0);
                    continue;
                }

                if (await TakeAsync(token, buffer.AsMemory(start, length), file, cancellationToken) is { } fault)
                {
                    return fault;
                }

                start += length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<GatewayError?> TakeAsync(FormToken token, ReadOnlyMemory<byte> bytes, IFileWriter file, CancellationToken cancellationToken)
    {
        switch (token)
        {
            case FormToken.Broken:
                return FormFields.Broken(_scanner.Fault!);
            case FormToken.PartHead:
                return Begin(bytes.Span);
            case FormToken.Data when _isInFile:
                await file.WriteAsync(bytes, cancellationToken);
                return null;
            case FormToken.Data when _name is not null:
                _value.Write(bytes.Span[..Math.Min(bytes.Length, MostValueBytes + 1 - _value.WrittenCount)]);
                return _value.WrittenCount > MostValueBytes ? RequestFaults.Value(_name, "a short text", "one of more than 1 KB") : null;
            case FormToken.PartEnd:
                return End();
            default:
                return null;
        }
    }

    private GatewayError? Begin(ReadOnlySpan<byte> token)
    {
        if (!PartHead.TryRead(token, out var head, out var fault))
        {
            return FormFields.Broken(fault!);
        }

        _isInFile = head is { Name: "file", IsFile: true };
        _name = head.IsFile ? null : head.Name;
        _value.ResetWrittenCount();
        if (!_isInFile)
        {
            return null;
        }

        var isSecond = FileName is not null;
        FileName = NameOf(head.FileName!);
        return isSecond ? FileErrors.TwoFiles : null;
    }

    private GatewayError? End()
    {
        var name = _name;
        _name = null;
        _isInFile = false;
        if (name is null)
        {
            return null;
        }

        if (_fields.Count == MostFields)
        {
            return FormFields.Broken("it has more than 32 fields");
        }

        var value = Encoding.UTF8.GetString(_value.WrittenSpan);
        return _fields.TryAdd(name, value) ? null : RequestFaults.Twice(RequestFaults.Shorten(name));
    }

    // Some clients send the whole path. Control characters are none of a name.
    private static string NameOf(string sent)
    {
        var name = string.Concat(sent[(sent.LastIndexOfAny(['/', '\\']) + 1)..].Where(character => !char.IsControl(character) && !char.IsSurrogate(character)));
        return name.Length == 0 ? "file" : name.Length <= LongestName ? name : name[..LongestName];
    }

    /// <summary>How long the file is to be kept.</summary>
    /// <param name="otherwise">Where the form does not say so.</param>
    /// <param name="kept">How long; null for good.</param>
    /// <returns>What is wrong with what it says; null for nothing.</returns>
    public GatewayError? ReadExpiry(TimeSpan? otherwise, out TimeSpan? kept)
    {
        kept = otherwise;
        var (anchor, seconds) = (Field("expires_after[anchor]"), Field("expires_after[seconds]"));
        if (anchor is null && seconds is null)
        {
            return null;
        }

        kept = long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? TimeSpan.FromSeconds(Math.Min(number, FileExpiry.Most + 1)) : null;
        return FileExpiry.Check(anchor, kept);
    }
}
