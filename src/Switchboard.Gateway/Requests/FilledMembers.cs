using System.Globalization;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Requests;

/// <summary>A member that a default stands for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value among the defaults.</param>
internal sealed record DefaultRule(string Name, Func<RequestDefaults, double?> Value)
{
    /// <summary>Another name that says the same, so that nothing is filled in where it is given.</summary>
    public string? Alias { get; init; }
}

/// <summary>Which of the members that have defaults a request leaves out, and where the others that are null lie.</summary>
internal struct FilledMembers
{
    private uint _given;
    private Range _firstNull;
    private Range _secondNull;

    /// <summary>The number of the rule, from 1, of the member whose name is at the reader; 0 where it has none.</summary>
    public static int Find(OperationProfile profile, ref Utf8JsonReader json)
    {
        for (var i = 0; i < profile.Defaults.Count; i++)
        {
            if (json.ValueTextEquals(profile.Defaults[i].Name) || json.ValueTextEquals(profile.Defaults[i].Alias))
            {
                // The other name's null says nothing, and nothing is put in its place.
                return json.ValueTextEquals(profile.Defaults[i].Name) ? i + 1 : -(i + 1);
            }
        }

        return 0;
    }

    /// <summary>Notes the value at the reader, of the member that <see cref="Find"/> found.</summary>
    public void Note(int rule, in Utf8JsonReader value)
    {
        if (rule == 0)
        {
            return;
        }

        if (value.TokenType != JsonTokenType.Null)
        {
            _given |= 1u << (Math.Abs(rule) - 1);
        }
        else if (rule > 0)
        {
            Range span = (int)value.TokenStartIndex..(int)value.BytesConsumed;
            (_firstNull, _secondNull) = rule == 1 ? (span, _secondNull) : (_firstNull, span);
        }
    }

    /// <summary>Adds the edits that fill in what is left out.</summary>
    public readonly void AddTo(ref BodyEdits? edits, OperationProfile profile, RequestDefaults defaults, ReadOnlySpan<byte> body)
    {
        for (var i = 0; i < profile.Defaults.Count; i++)
        {
            if ((_given & (1u << i)) != 0 || profile.Defaults[i].Value(defaults) is not { } number)
            {
                continue;
            }

            edits ??= new BodyEdits();
            var value = Encoding.ASCII.GetBytes(number.ToString("R", CultureInfo.InvariantCulture));
            var span = i == 0 ? _firstNull : _secondNull;
            if (span.End.Value > 0)
            {
                edits.Replace(span, value);
            }
            else
            {
                edits.AddMember(body, profile.Defaults[i].Name, value);
            }
        }
    }
}
