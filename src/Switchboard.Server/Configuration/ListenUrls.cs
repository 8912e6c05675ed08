using System.Globalization;

namespace Switchboard.Server.Configuration;

/// <summary>Changes the port of the addresses to listen on.</summary>
internal static class ListenUrls
{
    /// <summary>Reads a port, 0 to 65535.</summary>
    public static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;

    /// <summary>The first of <paramref name="urls"/> with another port: who asks for one port gets one address.</summary>
    public static string WithPort(string urls, int port)
    {
        var first = urls.Split(';', 2)[0].Trim().TrimEnd('/');
        var host = first.IndexOf("://", StringComparison.Ordinal) is var scheme && scheme >= 0 ? scheme + 3 : 0;
        var colon = first.LastIndexOf(':');
        var end = colon >= host && colon > first.LastIndexOf(']') ? colon : first.Length;
        return string.Create(CultureInfo.InvariantCulture, $"{first.AsSpan(0, end)}:{port}");
    }
}
