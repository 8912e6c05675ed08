using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Switchboard.Server.Storage.Records;

/// <summary>
/// A statement, written as an interpolated string: what stands in braces becomes a parameter and never text, save a
/// <see cref="SqlPiece"/>, which is put in as it is.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Sql
{
    // The text around the values: one more than there are values.
    private readonly List<StringBuilder> _texts = [new()];
    private readonly List<object> _values = [];

    public Sql(int literalLength, int formattedCount)
    {
        _texts[0].EnsureCapacity(literalLength);
        _values.EnsureCapacity(formattedCount);
    }

    /// <summary>Text that is put in as it is: a constant of the program, never what somebody sent.</summary>
    public static SqlPiece Raw(string text)
    {
        var sql = new Sql(text.Length, 0);
        sql.AppendLiteral(text);
        return new SqlPiece(sql);
    }

    /// <summary>A piece of other statements, with values of its own.</summary>
    public static SqlPiece Piece(Sql sql) => new(sql);

    /// <summary>The value as drivers take it: times as microseconds since 1970, truth as 0 and 1, text without what no database has.</summary>
    public static object Normalize(object? value) => value switch
    {
        null => DBNull.Value,
        string text => SqlText.Clean(text),
        bool truth => truth ? 1L : 0L,
        int number => (long)number,
        DateTimeOffset time => SqlTime.ToMicroseconds(time),
        _ => value,
    };

    public void AppendLiteral(string text) => _texts[^1].Append(text);

    public void AppendFormatted(string? value) => Add(value);

    public void AppendFormatted(long value) => Add(value);

    public void AppendFormatted(long? value) => Add(value);

    public void AppendFormatted(bool value) => Add(value);

    public void AppendFormatted(byte[]? value) => Add(value);

    public void AppendFormatted(DateTimeOffset value) => Add(value);

    public void AppendFormatted(DateTimeOffset? value) => Add(value);

    public void AppendFormatted(SqlPiece piece)
    {
        var sql = piece.Sql;
        _texts[^1].Append(sql._texts[0]);
        for (var i = 0; i < sql._values.Count; i++)
        {
            Add(sql._values[i]);
            _texts[^1].Append(sql._texts[i + 1]);
        }
    }

    /// <summary>Makes it the text and the parameters of a command.</summary>
    public void Fill(DbCommand command)
    {
        var text = new StringBuilder().Append(_texts[0]);
        for (var i = 0; i < _values.Count; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@p{i}");
            parameter.Value = _values[i];
            command.Parameters.Add(parameter);
            text.Append(parameter.ParameterName).Append(_texts[i + 1]);
        }

        command.CommandText = text.ToString();
    }

    private void Add(object? value)
    {
        _values.Add(Normalize(value));
        _texts.Add(new StringBuilder());
    }
}

/// <summary>A part of a statement. A type of its own, so that a text that is put together inside of braces is a value.</summary>
internal readonly record struct SqlPiece(Sql Sql);
