using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>The arguments of one call, as raw text under their names, until the call is whole. Of several of one name the last counts.</summary>
internal sealed class RawArguments(CallBlock block)
{
    private readonly OrderedDictionary<string, (TextPart Value, bool? IsString)> _values = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _values.Count;

    /// <summary>True where one began and has no end, or no name.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Adds one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Where its text is.</param>
    /// <param name="isString">Whether it is a string, where the markup says so; else the tool's schema tells.</param>
    public void Add(ReadOnlySpan<byte> name, TextPart value, bool? isString = null) => _values[Encoding.UTF8.GetString(name)] = (value, isString);

    /// <summary>Gives out the call.</summary>
    public void Release(ReadOnlySpan<byte> tool)
    {
        var schema = Schema.OfParameters(block.Schemas.Of(Encoding.UTF8.GetString(tool)));
        block.Release([], tool, ArgumentWriter.Write(writer => Write(writer, schema)));
    }

    private void Write(Utf8JsonWriter writer, Schema schema)
    {
        writer.WriteStartObject();
        foreach (var (name, (value, isString)) in _values)
        {
            writer.WritePropertyName(name);
            switch (isString)
            {
                case true:
                    writer.WriteStringValue(block[value]);
                    break;
                case false:
                    ArgumentWriter.WriteLiteral(writer, block[value]);
                    break;
                default:
                    ArgumentWriter.WriteValue(writer, block[value], schema.Member(name));
                    break;
            }
        }

        writer.WriteEndObject();
    }
}
