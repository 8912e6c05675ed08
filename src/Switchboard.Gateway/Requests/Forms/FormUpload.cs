using System.Text;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Forms;

/// <summary>
/// A form on its way through. Its leading parts are read into a window of up to 1 MB to find the model, the rest is read
/// as it passes; the model's name is changed on the way where the provider has another. Dispose of it when nothing reads
/// it any more.
/// </summary>
/// <param name="source">The caller's bytes.</param>
/// <param name="boundary">What parts its parts, as <c>Content-Type</c> names it.</param>
/// <param name="profile">The operation.</param>
/// <param name="otherwise">The model where the form does not name one: the caller said so elsewhere; null for none.</param>
public sealed class FormUpload(UploadBody source, string boundary, OperationProfile profile, string? otherwise) : UploadBody, IDisposable
{
    private const int MostLeadBytes = 1024 * 1024;

    private readonly MultipartScanner _scanner = new(Encoding.ASCII.GetBytes(boundary));
    private readonly FormFields _fields = new(profile);
    private readonly FormWindow _window = new();
    private Func<string, CancellationToken, ValueTask<LateModel>>? _findLate;
    private string _name = "";
    private bool _isSettled;
    private bool _isRead;
    private bool _isLate;
    private long _modelStart;
    private long _modelEnd;
    private long? _end;
    private int? _change = 0;

    /// <inheritdoc/>
    public override string? ContentType => source.ContentType;

    /// <inheritdoc/>
    public override long? Length => source.Length + _change;

    /// <inheritdoc/>
    internal override int Choices => _fields.Choices;

    /// <summary>What the leading parts say.</summary>
    public RequestFacts Facts => new(_fields.Model ?? otherwise ?? "", default, _fields.Stream, IncludeUsage: false, Choices: 1);

    private bool NeedsModel => otherwise is null && profile.DefaultModel is null;

    // Text comes first with most clients; behind a file nothing is worth waiting for once the model is known.
    private bool IsLeadRead => _end is not null || (_fields.Model is not null && _fields.IsInFile);

    /// <summary>Reads the leading parts, until the model is known or the window is full.</summary>
    /// <returns>Why the form is refused; null where it is not.</returns>
    public async ValueTask<GatewayError?> ReadLeadAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var fault = Scan();
                if (fault is not null || IsLeadRead || (_window.Held >= MostLeadBytes && !_fields.IsInModel))
                {
                    return fault;
                }

                await FillAsync(cancellationToken);
            }
        }
        catch (UploadRefusedException refused)
        {
            return refused.Error;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_window.Take(buffer.Span) is > 0 and var count)
            {
                return count;
            }

            if (_isRead)
            {
                return 0;
            }

            await FillAsync(cancellationToken);
            if ((Scan() ?? await SettleLateAsync(cancellationToken) ?? Scan()) is { } fault)
            {
                throw new UploadRefusedException(fault);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _window.Dispose();

    /// <summary>Says where the form goes, or goes instead. Before any of it is read on.</summary>
    /// <param name="name">The model's name at the provider; empty where it is not known yet, or stays.</param>
    /// <param name="findLate">Asked when the model comes later than the window reaches; null where it stays whatever it is.</param>
    internal void Settle(string name, Func<string, CancellationToken, ValueTask<LateModel>>? findLate)
    {
        _name = name;
        _findLate = findLate;
        _isSettled = true;
        _change = 0;
        _window.Keep();
        if (_fields.Model is not null)
        {
            Rename(name);
        }
        else if (_end is { } end)
        {
            PutIn(end);
        }
        else if (name.Length > 0 || findLate is not null)
        {
            _change = null;
        }
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var count = await source.ReadAsync(_window.Room(), cancellationToken);
        _window.Fill(count);
        _isRead = count == 0;
    }

    private GatewayError? Scan()
    {
        while (!_isLate)
        {
            var token = _scanner.Read(_window.Unscanned, _isRead, out var length);
            var bytes = _window.Unscanned[..length];
            var fault = token switch
            {
                FormToken.PartHead => _fields.Begin(bytes),
                FormToken.Data => _fields.Add(bytes),
                FormToken.PartEnd => EndPart(),
                FormToken.End => End(),
                FormToken.Broken => FormFields.Broken(_scanner.Fault!),
                _ => null,
            };
            if (fault is not null || token == FormToken.NeedMore)
            {
                return fault;
            }

            _window.Advance(length);
            if (token == FormToken.PartHead && _fields.IsInModel)
            {
                // Its value leaves when it is known whole.
                _modelStart = _window.Position;
                _window.Bar();
            }
        }

        return null;
    }

    private GatewayError? EndPart()
    {
        var isModel = _fields.IsInModel;
        var fault = _fields.EndPart();
        if (isModel)
        {
            _modelEnd = _window.Position;
            _isLate = _isSettled;
            if (!_isLate)
            {
                _window.Lift();
            }
        }

        return fault;
    }

    private GatewayError? End()
    {
        _end = _window.Position;
        if (_isSettled && _fields.Model is null)
        {
            PutIn(_window.Position);
        }

        return _fields.End(NeedsModel);
    }

    private async ValueTask<GatewayError?> SettleLateAsync(CancellationToken cancellationToken)
    {
        if (!_isLate)
        {
            return null;
        }

        _isLate = false;
        var late = _findLate is null ? new LateModel("", null) : await _findLate(_fields.Model!, cancellationToken);
        if (late.Error is null)
        {
            Rename(late.Name);
            _window.Lift();
        }

        return late.Error;
    }

    private void Rename(string name)
    {
        if (name.Length > 0 && name != _fields.Model)
        {
            var text = Encoding.UTF8.GetBytes(name);
            _window.Replace(_modelStart, _modelEnd, text);
            _change = text.Length - (int)(_modelEnd - _modelStart);
        }
    }

    // The form names no model, and the one it goes for has another name there than by default.
    private void PutIn(long end)
    {
        if (_name.Length > 0)
        {
            var part = Encoding.UTF8.GetBytes($"\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n{_name}");
            _window.Replace(end, end, part);
            _change = part.Length;
        }
    }
}
