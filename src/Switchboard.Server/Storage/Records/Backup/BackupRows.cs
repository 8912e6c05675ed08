using System.Data.Common;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Switchboard.Server.Storage.Records.Backup;

/// <summary>Rows of a table as lines of JSON: the names of the columns, and then an array a row. Bytes are <c>{"base64":"…"}</c>.</summary>
internal sealed class BackupRows(Stream output) : IDisposable
{
    private const string Bytes = "base64";

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Utf8JsonWriter _json = new(output, s_options);

    /// <summary>How many rows were written.</summary>
    public long Count { get; private set; }

    /// <summary>Writes the row that a reader stands on.</summary>
    public void Write(DbDataReader reader)
    {
        if (Count == 0)
        {
            WriteColumns(reader);
        }

        Count++;
        _json.WriteStartArray();
        for (var column = 0; column < reader.FieldCount; column++)
        {
            WriteValue(reader.GetValue(column));
        }

        EndLine();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <summary>The columns of rows that were written; null where there are none.</summary>
    public static IReadOnlyList<string>? ReadColumns(StreamReader input)
    {
        if (input.ReadLine() is not { } line)
        {
            return null;
        }

        using var columns = JsonDocument.Parse(line);
        return [.. columns.RootElement.EnumerateArray().Select(column => column.GetString()!)];
    }

    /// <summary>The rows behind the columns, one after the other.</summary>
    public static IEnumerable<string> ReadLines(StreamReader input)
    {
        while (input.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    /// <summary>Puts the values of a line in.</summary>
    public static void Fill(SqlValues values, string line)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Number:
                    values.Add(reader.GetInt64());
                    break;
                case JsonTokenType.String:
                    values.Add(reader.GetString());
                    break;
                case JsonTokenType.StartObject:
                    reader.Read();
                    reader.Read();
                    values.Add(reader.GetBytesFromBase64());
                    reader.Read();
                    break;
                default:
                    values.Add((string?)null);
                    break;
            }
        }
    }

    private void WriteColumns(DbDataReader reader)
    {
        _json.WriteStartArray();
        for (var column = 0; column < reader.FieldCount; column++)
        {
            _json.WriteStringValue(reader.GetName(column));
        }

        EndLine();
    }

    private void WriteValue(object value)
    {
        switch (value)
        {
            case long number:
                _json.WriteNumberValue(number);
                break;
            case string text:
                _json.WriteStringValue(text);
                break;
            case byte[] bytes:
                _json.WriteStartObject();
                _json.WriteBase64String(Bytes, bytes);
                _json.WriteEndObject();
                break;
            case DBNull:
                _json.WriteNullValue();
                break;
            default:
                throw new InvalidOperationException($"No column of the records holds a {value.GetType().Name}.");
        }
    }

    private void EndLine()
    {
        _json.WriteEndArray();
        _json.Flush();
        _json.Reset();
        output.Write("\n"u8);
    }
}
