using System.Net;
using System.Net.Sockets;

namespace Switchboard.Testing.Processes;

/// <summary>
/// A free port of loopback for a server that must be told its port. It stays bound here and is never listened on: the
/// system gives it to nobody else, and a server that asks for it by number may still have it.
/// </summary>
internal sealed class HeldPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public HeldPort()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Number = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Number { get; }

    public void Dispose() => _socket.Dispose();
}
