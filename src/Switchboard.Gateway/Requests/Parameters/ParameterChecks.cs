using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Parameters;

/// <summary>The checks of one request's parameters. The fault that is told is the first in the order of the table, whatever the order of the body.</summary>
internal struct ParameterChecks(ParameterRow[] rows)
{
    private const int None = -1;

    private ParameterValues _values = new() { Choices = 1, Prompts = 1 };
    private GatewayError? _fault;
    private int _faulty = int.MaxValue;

    /// <summary>The row of the member whose name is at the reader; -1 where it has none.</summary>
    public readonly int Find(ref Utf8JsonReader json)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].Check is not null && json.ValueTextEquals(rows[i].Utf8Name))
            {
                return i;
            }
        }

        return None;
    }

    /// <summary>Checks the value at the reader by its row.</summary>
    public void Read(int row, ref Utf8JsonReader json)
    {
        if (row != None && row < _faulty && rows[row].Check!(ref json, ref _values) is { } fault)
        {
            _fault = fault;
            _faulty = row;
        }
    }

    /// <summary>The first fault, now that all has been read.</summary>
    public GatewayError? Finish(ReadOnlySpan<byte> body, int choices)
    {
        _values.Choices = choices;
        for (var i = 0; i < rows.Length && i < _faulty; i++)
        {
            if (rows[i].Whole?.Invoke(_values, body) is { } fault)
            {
                return fault;
            }
        }

        return _fault;
    }
}
