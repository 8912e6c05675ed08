using System.Net;
using System.Net.Sockets;

namespace Switchboard.Gateway.Access;

/// <summary>Addresses as policies write them: CIDR, or one address by itself.</summary>
public static class AddressRange
{
    /// <summary>Reads one; null where it is none, or has bits set behind its prefix.</summary>
    public static IPNetwork? Read(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : IPNetwork.TryParse(text, out var network) ? network
        : null;
}
