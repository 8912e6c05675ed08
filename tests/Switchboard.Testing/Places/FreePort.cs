using System.Net;
using System.Net.Sockets;

namespace Switchboard.Testing.Places;

/// <summary>
/// Ports for servers that are told theirs and may be killed and started again on it. They lie below those that systems
/// give to outgoing connections, so that no client of another test has one while its server is down.
/// </summary>
public static class FreePort
{
    private const int First = 12_000;
    private const int Last = 32_000;

    /// <summary>One that nobody listens on now.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
