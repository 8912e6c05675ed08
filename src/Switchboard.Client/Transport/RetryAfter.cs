using System.Globalization;

namespace Switchboard.Client.Transport;

/// <summary>How long a server asks to wait before the next attempt.</summary>
internal static class RetryAfter
{
    private const double LongestSeconds = 3e8;

    /// <summary>Reads <c>retry-after-ms</c>, then <c>retry-after</c> in seconds, whole or fractional, or as a date (RFC 9110, 10.2.3). Null for none, for nonsense, and for a date without a clock.</summary>
    public static TimeSpan? Read(ApiHeaders headers, DateTimeOffset? now)
    {
        if (Number(headers["retry-after-ms"]) is { } milliseconds)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        var value = headers["retry-after"];
        if (Number(value) is { } seconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return now is { } from && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date > from ? date - from : TimeSpan.Zero
            : null;
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, LongestSeconds)
            : null;
}
