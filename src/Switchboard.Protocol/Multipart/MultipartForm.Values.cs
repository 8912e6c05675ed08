using System.Globalization;

namespace Switchboard.Protocol.Multipart;

/// <content>Values that are no text, in the spelling of the official SDKs.</content>
public sealed partial class MultipartForm
{
    /// <summary>Adds <c>true</c> or <c>false</c>.</summary>
    public void Add(string name, bool value) => Add(name, value ? "true" : "false");

    /// <summary>Adds a whole number.</summary>
    public void Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a number in its shortest spelling that reads back as the same.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is infinite or none.</exception>
    public void Add(string name, double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "A form holds finite numbers only.");
        }

        Add(name, value.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>Adds a time as whole seconds since 1970.</summary>
    public void Add(string name, DateTimeOffset value) => Add(name, value.ToUnixTimeSeconds());

    /// <summary>Adds a list of texts: a field <c>name[]</c> for each; nothing for an empty list.</summary>
    public void AddEach(string name, IEnumerable<string> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        foreach (var value in values)
        {
            Add(name + "[]", value);
        }
    }

    /// <summary>Adds a list of files: a field <c>name[]</c> for each; nothing for an empty list.</summary>
    public void AddEach(string name, IEnumerable<UploadFile> files)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(files);
        foreach (var file in files)
        {
            Add(name + "[]", file);
        }
    }

    /// <summary>
    /// Adds a JSON value in fields: an object's member as <c>name[member]</c>, an array's element as <c>name[]</c>, each as
    /// deep as it goes; text without its quotes, numbers as they are spelled, nothing for null.
    /// </summary>
    /// <param name="name">The name before the first bracket.</param>
    /// <param name="utf8Json">One JSON value.</param>
    /// <exception cref="JsonException">It is not valid JSON; a part of it may have been added.</exception>
    public void AddFlattened(string name, ReadOnlySpan<byte> utf8Json)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var json = new Utf8JsonReader(utf8Json);
        json.Read();
        try
        {
            AddValue(name, ref json);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("A text of the JSON value is not valid UTF-16 or UTF-8.", exception);
        }

        // At the end this is false; before it, it throws.
        json.Read();
    }

    private void AddValue(string name, ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                while (json.Read() && json.TokenType != JsonTokenType.EndObject)
                {
                    var member = $"{name}[{json.GetString()}]";
                    json.Read();
                    AddValue(member, ref json);
                }

                break;
            case JsonTokenType.StartArray:
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    AddValue(name + "[]", ref json);
                }

                break;
            case JsonTokenType.String:
                Add(name, json.GetString() ?? "");
                break;
            case JsonTokenType.Null:
                break;
            default:
                Add(name, Encoding.UTF8.GetString(json.ValueSpan));
                break;
        }
    }
}
