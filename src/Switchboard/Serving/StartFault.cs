using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Switchboard.Cli.Serving;

/// <summary>Says in one line why the gateway cannot be made, or cannot listen.</summary>
internal static class StartFault
{
    /// <summary>The line, or null when the fault is another.</summary>
    public static string? Explain(Exception fault, string urls)
    {
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AddressInUseException:
                    var port = PortOf(fault.Message) ?? PortOf(urls);
                    return port is null
                        ? $"{urls} is in use: another program listens there. Choose another with --urls."
                        : $"Port {port} is in use: another program, perhaps another Switchboard, listens there. Stop it, or try ./up --port {NextPort(port.Value)}";
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return $"{urls} cannot be opened: this user may not listen there. Choose a port above 1023 with --port.";
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable }:
                    return $"{urls} cannot be opened: this machine does not have that address.";
                case SocketException { SocketErrorCode: SocketError.AddressFamilyNotSupported }:
                    return $"{urls} cannot be opened: this machine has no addresses of that kind; IPv6 may be switched off. Choose another with --urls.";
                case InvalidOperationException when inner.Message.Contains("HTTPS", StringComparison.OrdinalIgnoreCase):
                    return $"{urls} cannot be opened: https is not built in yet. Listen on http and put a proxy such as nginx in front.";
                case DllNotFoundException when inner.Message.Contains("e_sqlite3", StringComparison.Ordinal):
                    return "The library libe_sqlite3 cannot be loaded, and the records need it. Put all files that belong to the program beside it, or keep the records in PostgreSQL (storage.records).";
            }
        }

        return null;
    }

    private static int NextPort(int port) => port < ushort.MaxValue ? port + 1 : 8000;

    private static int? PortOf(string text)
    {
        foreach (var part in text.Split([';', ' ', '/']))
        {
            // In a sentence the address is followed by a sign.
            var address = part.AsSpan().TrimEnd(":.");
            var colon = address.LastIndexOf(':');
            if (colon >= 0 && int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                return port;
            }
        }

        return null;
    }
}
