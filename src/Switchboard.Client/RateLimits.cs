using System.Buffers;
using System.Globalization;

namespace Switchboard.Client;

/// <summary>The <c>x-ratelimit-*</c> headers of an answer; null for what it does not tell.</summary>
public readonly struct RateLimits
{
    private static readonly SearchValues<char> s_number = SearchValues.Create("0123456789.");

    private readonly ApiHeaders _headers;

    internal RateLimits(ApiHeaders headers) => _headers = headers;

    /// <summary>Requests allowed in the limit's period.</summary>
    public long? LimitRequests => Number("x-ratelimit-limit-requests");

    /// <summary>Requests left.</summary>
    public long? RemainingRequests => Number("x-ratelimit-remaining-requests");

    /// <summary>How long until all requests are allowed again.</summary>
    public TimeSpan? ResetRequests => Span("x-ratelimit-reset-requests");

    /// <summary>Tokens allowed in the limit's period.</summary>
    public long? LimitTokens => Number("x-ratelimit-limit-tokens");

    /// <summary>Tokens left.</summary>
    public long? RemainingTokens => Number("x-ratelimit-remaining-tokens");

    /// <summary>How long until all tokens are allowed again.</summary>
    public TimeSpan? ResetTokens => Span("x-ratelimit-reset-tokens");

    /// <summary>Reads a span as the API spells it: <c>6m0s</c>, <c>1.5s</c>, <c>20ms</c>, <c>1h2m3s</c>; a bare number is seconds. Null for anything else.</summary>
    internal static TimeSpan? ParseSpan(ReadOnlySpan<char> text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return Time(seconds);
        }

        var total = 0.0;
        var rest = text.Trim();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(s_number);
            var unit = digits < 0 ? default : rest[digits..];
            var letters = unit.IndexOfAny(s_number);
            unit = letters < 0 ? unit : unit[..letters];
            if (digits <= 0 || SecondsOf(unit) is not { } each || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            {
                return null;
            }

            total += count * each;
            rest = rest[(digits + unit.Length)..];
        }

        return text.IsWhiteSpace() ? null : Time(total);
    }

    private static double? SecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "d" => 86400,
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 1e-3,
        "us" or "µs" => 1e-6,
        "ns" => 1e-9,
        _ => null,
    };

    private static TimeSpan? Time(double seconds) => seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;

    private long? Number(string name) => long.TryParse(_headers[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private TimeSpan? Span(string name) => _headers[name] is { } text ? ParseSpan(text) : null;
}
