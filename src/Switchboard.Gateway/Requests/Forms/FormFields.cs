using System.Buffers;
using System.Globalization;
using System.Text;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Forms;

/// <summary>What a form's parts say, as far as the gateway looks at them: <c>model</c>, <c>stream</c>, <c>n</c>, and that none is missing.</summary>
internal sealed class FormFields(OperationProfile profile)
{
    private const int MostValueBytes = 1024;

    private readonly ArrayBufferWriter<byte> _value = new(64);
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);
    private string? _current;
    private bool _hasStream;

    /// <summary>The value of <c>model</c>, once it was read whole.</summary>
    public string? Model { get; private set; }

    /// <summary>The value of <c>stream</c>.</summary>
    public bool Stream { get; private set; }

    /// <summary>The value of <c>n</c>, as far as it was read; 1 where there is none that counts.</summary>
    public int Choices { get; private set; } = 1;

    /// <summary>A file is passing.</summary>
    public bool IsInFile { get; private set; }

    /// <summary>The value of <c>model</c> is passing.</summary>
    public bool IsInModel => _current == "model";

    /// <summary>A part begins.</summary>
    /// <param name="token">Its head.</param>
    public GatewayError? Begin(ReadOnlySpan<byte> token)
    {
        if (!PartHead.TryRead(token, out var head, out var fault))
        {
            return Broken(fault!);
        }

        IsInFile = head.IsFile;
        _value.ResetWrittenCount();
        _current = head.Name is "model" or "stream" or "prompt" or "n" ? head.Name : null;
        NoteRequired(head.Name);
        return _current switch
        {
            null => null,
            _ when head.IsFile => RequestFaults.Value(_current, "a field of text", "a file"),
            "model" when Model is not null => RequestFaults.Twice("model"),
            "stream" when _hasStream => RequestFaults.Twice("stream"),
            _ => null,
        };
    }

    /// <summary>Some of the part's content.</summary>
    public GatewayError? Add(ReadOnlySpan<byte> data)
    {
        if (_current is null)
        {
            return null;
        }

        var left = MostValueBytes - _value.WrittenCount;
        _value.Write(data[..Math.Min(data.Length, left)]);
        return data.Length > left && _current != "prompt"
            ? RequestFaults.Value(_current, "a short text", "one of more than 1 KB")
            : null;
    }

    /// <summary>The part is over.</summary>
    public GatewayError? EndPart()
    {
        var fault = _current switch
        {
            "model" => ReadModel(),
            "stream" when profile.Streams => ReadStream(),
            "n" => NoteChoices(),
            "prompt" when _value.WrittenCount == 0 && profile.RequiredParts.Contains("prompt") => RequestFaults.Value("prompt", "a non-empty string", "an empty one"),
            _ => null,
        };
        _current = null;
        IsInFile = false;
        return fault;
    }

    /// <summary>The form is over.</summary>
    /// <param name="needsModel">It has to have a model of its own.</param>
    public GatewayError? End(bool needsModel)
    {
        if (needsModel && Model is null)
        {
            return RequestFaults.Missing("model", "the name of a model");
        }

        var missing = profile.RequiredParts.FirstOrDefault(part => !_found.Contains(part));
        return missing is null ? null
            : missing == "prompt" ? RequestFaults.Missing(missing, "a non-empty string")
            : RequestFaults.Missing(missing, "a file");
    }

    /// <summary>The bytes are no form.</summary>
    public static GatewayError Broken(string fault) =>
        GatewayError.InvalidRequest($"The body is no valid form (multipart/form-data): {fault}.", null, "invalid_multipart");

    // A list of files is image[] with some clients, and image[0] with others.
    private void NoteRequired(string name)
    {
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        var plain = bracket < 0 ? name : name[..bracket];
        if (profile.RequiredParts.Contains(plain))
        {
            _found.Add(plain);
        }
    }

    private GatewayError? ReadModel()
    {
        if (!System.Text.Unicode.Utf8.IsValid(_value.WrittenSpan))
        {
            return RequestFaults.Value("model", "a non-blank string", "one that is no UTF-8");
        }

        Model = Encoding.UTF8.GetString(_value.WrittenSpan);
        return string.IsNullOrWhiteSpace(Model) ? RequestFaults.Value("model", "a non-blank string", Model.Length == 0 ? "an empty string" : "a blank string")
            : Model.Any(char.IsControl) ? RequestFaults.Value("model", "the name of a model", "one with control characters")
            : null;
    }

    // Whether so many can be had is for the provider to say.
    private GatewayError? NoteChoices()
    {
        Choices = int.TryParse(_value.WrittenSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : Choices;
        return null;
    }

    private GatewayError? ReadStream()
    {
        _hasStream = true;
        var text = Encoding.UTF8.GetString(_value.WrittenSpan);
        Stream = text.Equals("true", StringComparison.OrdinalIgnoreCase) || text == "1";
        return Stream || text.Equals("false", StringComparison.OrdinalIgnoreCase) || text == "0"
            ? null
            : RequestFaults.Value("stream", "true or false", $"'{RequestFaults.Shorten(text)}'");
    }
}
