using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Requests.Forms;

namespace Switchboard.Gateway.Translation.Pictures;

/// <summary>
/// A request for pictures as translations look at it: by words, or edits and variations of pictures that the caller
/// gives. Edits come as JSON or as a form; either way a member is its text.
/// </summary>
internal sealed class PictureRequest
{
    private const int MostPictures = 10;

    private readonly Dictionary<string, string> _members = new(StringComparer.Ordinal);
    private readonly List<InputPicture> _images = [];
    private string? _stranger;

    /// <summary>What the picture shows; null where the request has no words.</summary>
    public string? Prompt { get; private set; }

    /// <summary>How many pictures are asked for.</summary>
    public int Count => Math.Clamp(Integer("n") ?? 1, 1, MostPictures);

    /// <summary>How large they shall be; null where the request does not say.</summary>
    public (int Width, int Height)? Size => SizeIn(Text("size"));

    /// <summary>The pictures that the caller gives.</summary>
    public IReadOnlyList<InputPicture> Images => _images;

    /// <summary>The picture that tells by what is transparent where a picture shall be edited; null where none is given.</summary>
    public InputPicture? Mask { get; private set; }

    /// <summary>It has pictures that stand elsewhere, or are none.</summary>
    public bool HasStrangers => _stranger is not null;

    /// <summary>Looks at JSON.</summary>
    public static PictureRequest Of(JsonElement request)
    {
        var view = new PictureRequest { Prompt = request.Text("prompt"u8) };
        foreach (var member in request.EnumerateObject().Where(member => !RequestNotes.IsNeutral(member)))
        {
            switch (member.Name)
            {
                case "images" or "image":
                    foreach (var image in member.Value.ValueKind == JsonValueKind.Array ? [.. member.Value.EnumerateArray()] : new[] { member.Value })
                    {
                        view.Take(member.Name, InputPicture.Of(image), view._images.Add);
                    }

                    break;
                case "mask":
                    view.Take(member.Name, InputPicture.Of(member.Value), mask => view.Mask = mask);
                    break;
                default:
                    view.Take(member.Name, member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText());
                    break;
            }
        }

        return view;
    }

    /// <summary>Looks at a form.</summary>
    public static PictureRequest Of(WholeForm form)
    {
        var view = new PictureRequest { Prompt = form.Text("prompt") };
        foreach (var part in form.Parts)
        {
            // A list of files is image[] with some clients, and image[0] with others.
            switch (part.Name.Split('[')[0])
            {
                case "image":
                    view.Take("image", part.IsFile ? InputPicture.Of(part) : null, view._images.Add);
                    break;
                case "mask":
                    view.Take("mask", part.IsFile ? InputPicture.Of(part) : null, mask => view.Mask = mask);
                    break;
                default:
                    view.Take(part.Name, part.Text);
                    break;
            }
        }

        return view;
    }

    /// <summary>A size as it is written, <c>1024x768</c>; null for what is none.</summary>
    public static (int Width, int Height)? SizeIn(string? text) =>
        text?.Split('x') is [var left, var right]
        && int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && int.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
        && width > 0 && height > 0
            ? (width, height)
            : null;

    /// <summary>A member's text; null where the request has none, or one that says nothing.</summary>
    public string? Text(string name) => _members.GetValueOrDefault(name);

    /// <summary>A whole number; null where it is none.</summary>
    public int? Integer(string name) => int.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Notes what no dialect can do, and the members that this one has no place for.</summary>
    /// <param name="notes">What becomes of them.</param>
    /// <param name="most">The most pictures that can be asked for.</param>
    /// <param name="isKnown">Whether a member, beyond those of every request, has a place.</param>
    public void Check(RequestNotes notes, int most = MostPictures, Func<string, bool>? isKnown = null)
    {
        if (_stranger is not null)
        {
            notes.Refuse(_stranger, "the gateway fetches no pictures and keeps no files; send it in a form, or as a data: URL of base64");
        }

        if (Text("n") is { } n && Integer("n") is not { } count)
        {
            notes.Refuse("n", $"'{n}' is no whole number");
        }
        else if (Integer("n") is { } asked && (asked < 1 || asked > most))
        {
            notes.Refuse("n", string.Create(CultureInfo.InvariantCulture, $"1 to {most} pictures can be asked for, and not {asked}"));
        }

        foreach (var (name, value) in _members.Where(member => isKnown?.Invoke(member.Key) != true))
        {
            switch (name)
            {
                case "model" or "prompt" or "n":
                case "size" when Size is not null:
                case "response_format" when value == "b64_json":
                    break;
                case "response_format" or "stream":
                    notes.LacksMuch(name);
                    break;
                default:
                    notes.Lacks(name);
                    break;
            }
        }
    }

    /// <summary>Refuses a request without words.</summary>
    public void CheckPrompt(RequestNotes notes)
    {
        if (string.IsNullOrEmpty(Prompt))
        {
            notes.Refuse("prompt", "it is no text");
        }
    }

    /// <summary>Refuses pictures beyond the first.</summary>
    public void CheckSingle(RequestNotes notes)
    {
        if (_images.Count > 1)
        {
            notes.Refuse("image", "its models take one picture");
        }
    }

    /// <summary>Writes a member that is a number, where the request has it.</summary>
    public void WriteNumber(Utf8JsonWriter json, string member, string name, RequestNotes notes)
    {
        if (Text(member) is not { } text)
        {
            return;
        }

        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            notes.Refuse(member, "it is no number");
        }
    }

    /// <summary>Writes a member that is a text, where the request has it.</summary>
    public void WriteText(Utf8JsonWriter json, string member, string name)
    {
        if (Text(member) is { } text)
        {
            json.WriteString(name, text);
        }
    }

    private void Take(string name, string value)
    {
        if (value is not ("" or "auto") && !(name == "stream" && value is "false" or "0"))
        {
            _members.TryAdd(name, value);
        }
    }

    private void Take(string name, InputPicture? picture, Action<InputPicture> take)
    {
        if (picture is null)
        {
            _stranger ??= name;
        }
        else
        {
            take(picture);
        }
    }
}
