using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Relay.Batch;

/// <summary>
/// Where in the answer to one prompt of several those bytes lie that are written anew: its id, the numbers of its
/// choices, its usage. Used for one answer after the other; nothing is allocated once it has grown.
/// </summary>
internal sealed class AnswerParts
{
    private readonly List<(int Start, int Length, int Number)> _numbers = [];
    private (int Start, int Length) _id;

    /// <summary>Where the usage lies; nothing where there is none or it is null.</summary>
    public Range Usage { get; private set; }

    /// <summary>Where the list of choices lies.</summary>
    public Range Choices { get; private set; }

    /// <summary>How many choices there are.</summary>
    public int Count => _numbers.Count;

    /// <summary>It tells an error.</summary>
    public bool IsError { get; private set; }

    /// <summary>It tells the usage and holds no choice.</summary>
    public bool IsUsageAlone => Count == 0 && Usage.End.Value > 0;

    /// <summary>Looks through an answer or a chunk of one, which is known to be a JSON object.</summary>
    public void Read(ReadOnlySpan<byte> answer)
    {
        _numbers.Clear();
        _id = default;
        Usage = Choices = default;
        IsError = false;
        var json = new Utf8JsonReader(answer);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isId = json.ValueTextEquals("id"u8);
            var isChoices = json.ValueTextEquals("choices"u8);
            var isUsage = json.ValueTextEquals("usage"u8);
            var isError = json.ValueTextEquals("error"u8);
            json.Read();
            var start = (int)json.TokenStartIndex;
            IsError |= isError && ErrorMember.TellsError(ref json);
            if (isChoices && json.TokenType == JsonTokenType.StartArray)
            {
                ReadChoices(ref json);
                Choices = start..(int)json.BytesConsumed;
                continue;
            }

            var isObject = json.TokenType == JsonTokenType.StartObject;
            json.Skip();
            var end = (int)json.BytesConsumed;
            _id = isId ? (start, end - start) : _id;
            Usage = isUsage && isObject ? start..end : Usage;
        }
    }

    /// <summary>Writes what was read with another id, its choices numbered from <paramref name="first"/> on.</summary>
    public void Write(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> id, int first, IBufferWriter<byte> output)
    {
        var position = 0;
        var isIdWritten = _id.Length == 0;
        foreach (var (start, length, number) in _numbers)
        {
            if (!isIdWritten && _id.Start < start)
            {
                Replace(answer, ref position, _id.Start, _id.Length, id, output);
                isIdWritten = true;
            }

            output.Write(answer[position..start]);
            WriteNumber(first + number, isNew: length == 0, output);
            position = start + length;
        }

        if (!isIdWritten)
        {
            Replace(answer, ref position, _id.Start, _id.Length, id, output);
        }

        output.Write(answer[position..]);
    }

    /// <summary>Writes the choices alone, without the brackets around them.</summary>
    public void WriteChoices(ReadOnlySpan<byte> answer, int first, IBufferWriter<byte> output)
    {
        var position = Choices.Start.Value + 1;
        foreach (var (start, length, number) in _numbers)
        {
            output.Write(answer[position..start]);
            WriteNumber(first + number, isNew: length == 0, output);
            position = start + length;
        }

        output.Write(answer[position..(Choices.End.Value - 1)]);
    }

    private static void Replace(ReadOnlySpan<byte> answer, ref int position, int start, int length, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        output.Write(answer[position..start]);
        output.Write(text);
        position = start + length;
    }

    private static void WriteNumber(int number, bool isNew, IBufferWriter<byte> output)
    {
        Span<byte> digits = stackalloc byte[11];
        Utf8Formatter.TryFormat(number, digits, out var length);
        if (isNew)
        {
            output.Write("\"index\":"u8);
        }

        output.Write(digits[..length]);
        if (isNew)
        {
            output.Write(","u8);
        }
    }

    private void ReadChoices(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadChoice(ref json);
            }

            json.Skip();
        }
    }

    // A choice that does not say its number has that of its place.
    private void ReadChoice(ref Utf8JsonReader json)
    {
        (int Start, int Length, int Number) found = ((int)json.BytesConsumed, 0, _numbers.Count);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isIndex = json.ValueTextEquals("index"u8);
            json.Read();
            if (isIndex && json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number))
            {
                found = ((int)json.TokenStartIndex, (int)(json.BytesConsumed - json.TokenStartIndex), number);
            }

            json.Skip();
        }

        _numbers.Add(found);
    }
}
