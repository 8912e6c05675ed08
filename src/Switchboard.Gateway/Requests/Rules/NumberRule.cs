using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Rules;

/// <summary>What a member that is a number may be. Null counts as left out, as at OpenAI.</summary>
/// <param name="name">Its name.</param>
/// <param name="least">The least it may be.</param>
/// <param name="most">The most it may be.</param>
internal sealed class NumberRule(string name, double least, double most)
{
    private string? _expected;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>It has to be whole; 16.0 and 1e2 are whole numbers too.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The least is just out of reach.</summary>
    public bool IsAboveLeast { get; init; }

    private string Expected => _expected ??= Describe();

    /// <summary>Reads the number at the reader; it stays what it was where none is given.</summary>
    public GatewayError? Read(ref Utf8JsonReader json, ref double? value)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType != JsonTokenType.Number)
        {
            return RequestFaults.Type(name, Expected, json);
        }

        if (!json.TryGetDouble(out var number) || !Allows(number))
        {
            return RequestFaults.Value(name, Expected, RequestFaults.Describe(json));
        }

        value = number;
        return null;
    }

    private bool Allows(double number) =>
        number >= least && number <= most && !(IsAboveLeast && number == least) && !(IsWhole && !double.IsInteger(number));

    private string Describe()
    {
        var kind = IsWhole ? "an integer" : "a number";
        return IsAboveLeast ? string.Create(CultureInfo.InvariantCulture, $"{kind} above {least} and up to {most}")
            : most >= int.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"{kind} of at least {least}")
            : string.Create(CultureInfo.InvariantCulture, $"{kind} between {least} and {most}");
    }
}
