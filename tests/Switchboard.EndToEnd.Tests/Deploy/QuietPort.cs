using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Switchboard.EndToEnd.Tests.Deploy;

/// <summary>
/// A port for a process that cannot take a free one by itself, or that shall have the same one after a restart: below
/// those that the system gives to connections, so that none of them takes it meanwhile; no two tests get the same.
/// </summary>
internal static class QuietPort
{
    private static readonly ConcurrentDictionary<int, bool> s_given = new();

    public static int Find()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(15_000, 32_000);
            if (!s_given.TryAdd(port, true))
            {
                continue;
            }

            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody has it: another.
            }
        }
    }
}
