using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Switchboard.Cli.Serving;

/// <summary>Says in one line why the server cannot listen.</summary>
internal static class ListenFault
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
                case InvalidOperationException when inner.Message.Contains("HTTPS", StringComparison.OrdinalIgnoreCase):
                    return $"{urls} cannot be opened: https is not built in yet. Listen on http and put a proxy such as nginx in front.";
            }
        }

        return null;
    }

    private static int NextPort(int port) => port < ushort.MaxValue ? port + 1 : 8000;

    private static int? PortOf(string text)
    {
        foreach (var part in text.Split([';', ' ', '/']))
        {
            var colon = part.LastIndexOf(':');
            if (colon >= 0 && int.TryParse(part.AsSpan(colon + 1).TrimEnd('.'), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                return port;
            }
        }

        return null;
    }
}
