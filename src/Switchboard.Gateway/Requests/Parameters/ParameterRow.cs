using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Parameters;

/// <summary>Checks the value at the reader, and notes what checks of several members want to know.</summary>
internal delegate GatewayError? ParameterCheck(ref Utf8JsonReader json, ref ParameterValues values);

/// <summary>Checks several members together, once all of the body is read.</summary>
internal delegate GatewayError? WholeCheck(in ParameterValues values, ReadOnlySpan<byte> body);

/// <summary>One parameter of an operation and what it may be.</summary>
/// <param name="Name">Its name; empty for a row that only looks at several.</param>
/// <param name="Check">How its value is checked.</param>
/// <param name="Whole">How it is checked against others.</param>
internal sealed record ParameterRow(string Name, ParameterCheck? Check, WholeCheck? Whole = null)
{
    /// <summary>A member that Dynamo adds to the specification; its type is checked for its sake, strict or not.</summary>
    public bool IsDynamos { get; init; }

    /// <summary>Its name as bytes.</summary>
    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(Name);
}
