using System.Globalization;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Files;

/// <summary>What <c>expires_after</c> may say: a time from the file's making.</summary>
internal static class FileExpiry
{
    /// <summary>The shortest in seconds: an hour.</summary>
    public const long Least = 3600;

    /// <summary>The longest in seconds: 30 days.</summary>
    public const long Most = 30 * 24 * 3600;

    /// <summary>What is wrong with it; null for nothing.</summary>
    /// <param name="anchor">What it counts from, as written.</param>
    /// <param name="kept">The time; null where what is written is none.</param>
    /// <param name="member">What it is called.</param>
    public static GatewayError? Check(string? anchor, TimeSpan? kept, string member = "expires_after") =>
        anchor != "created_at" ? RequestFaults.Value($"{member}.anchor", "created_at", anchor is null ? "nothing" : $"'{RequestFaults.Shorten(anchor)}'")
        : kept is not { } time || time.TotalSeconds is < Least or > Most
            ? RequestFaults.Value($"{member}.seconds", string.Create(CultureInfo.InvariantCulture, $"a whole number from {Least} to {Most}"), "something else")
        : null;
}
