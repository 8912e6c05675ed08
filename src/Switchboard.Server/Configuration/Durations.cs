using System.Buffers;
using System.Globalization;

namespace Switchboard.Server.Configuration;

/// <summary>Durations as people write them: <c>500ms</c>, <c>30s</c>, <c>2m</c>, <c>1h</c>; <c>0</c> needs no unit.</summary>
internal static class Durations
{
    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan value)
    {
        value = default;
        text = text.Trim();
        var digits = text.IndexOfAnyExcept(s_digits);
        var number = digits < 0 ? text : text[..digits];
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount > 1e9)
        {
            return false;
        }

        double? seconds = (digits < 0 ? "" : text[digits..].Trim()) switch
        {
            "ms" => amount / 1000,
            "s" => amount,
            "m" or "min" => amount * 60,
            "h" => amount * 3600,
            "" when amount == 0 => 0,
            _ => null,
        };
        value = TimeSpan.FromSeconds(seconds ?? 0);
        return seconds is not null;
    }

    /// <summary>Writes a duration in the largest whole unit.</summary>
    public static string Format(TimeSpan value) => value switch
    {
        { Ticks: 0 } => "0s",
        _ when value.TotalHours >= 1 && value.Ticks % TimeSpan.TicksPerHour == 0 => Invariant($"{value.TotalHours}h"),
        _ when value.TotalMinutes >= 1 && value.Ticks % TimeSpan.TicksPerMinute == 0 => Invariant($"{value.TotalMinutes}m"),
        _ when value.TotalSeconds >= 1 => Invariant($"{value.TotalSeconds}s"),
        _ => Invariant($"{value.TotalMilliseconds}ms"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
