namespace Switchboard.Engine.Gguf;

/// <summary>The key-value part of a file. A value is a <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>, text or an array of these.</summary>
internal sealed class GgufMetadata(Dictionary<string, object> values)
{
    public string? Text(string key) => values.GetValueOrDefault(key) switch
    {
        null => null,
        string text => text,
        _ => throw WrongKind(key, "a text"),
    };

    public string RequiredText(string key) => Text(key) ?? throw Missing(key);

    public bool? Flag(string key) => values.GetValueOrDefault(key) switch
    {
        null => null,
        bool flag => flag,
        _ => throw WrongKind(key, "true or false"),
    };

    /// <summary>A whole number within limits, or null where the key is absent.</summary>
    public int? Integer(string key, int least, int most)
    {
        if (!values.TryGetValue(key, out var value))
        {
            return null;
        }

        if (value is not long number)
        {
            throw WrongKind(key, "a whole number");
        }

        return number >= least && number <= most
            ? (int)number
            : throw new GgufFormatException($"{key} is {number}; it must be {least} to {most}");
    }

    public int RequiredInteger(string key, int least, int most) => Integer(key, least, most) ?? throw Missing(key);

    /// <summary>A finite number within limits, or null where the key is absent.</summary>
    public float? Number(string key, float least, float most)
    {
        if (!values.TryGetValue(key, out var value))
        {
            return null;
        }

        var number = value switch
        {
            double real => (float)real,
            long whole => whole,
            _ => throw WrongKind(key, "a number"),
        };
        return number >= least && number <= most
            ? number
            : throw new GgufFormatException($"{key} is {number}; it must be {least} to {most}");
    }

    public string[]? Texts(string key) => Array<string>(key, "texts");

    public float[]? Numbers(string key) => Array<float>(key, "numbers");

    public long[]? Integers(string key) => Array<long>(key, "whole numbers");

    public static GgufFormatException Missing(string key) => new($"the key {key} is missing");

    private T[]? Array<T>(string key, string what) => values.GetValueOrDefault(key) switch
    {
        null => null,
        T[] array => array,
        object[] { Length: 0 } => [],
        _ => throw WrongKind(key, $"a list of {what}"),
    };

    private static GgufFormatException WrongKind(string key, string wanted) => new($"{key} is not {wanted}");
}
