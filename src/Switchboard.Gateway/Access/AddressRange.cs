using System.Net;
using System.Net.Sockets;

namespace Switchboard.Gateway.Access;

/// <summary>Addresses as policies write them: CIDR, or one address by itself.</summary>
public static class AddressRange
{
    /// <summary>Reads one; null where it is none, or has bits set behind its prefix: nobody can tell whether the address was meant or the network.</summary>
    public static IPNetwork? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IPAddress.TryParse(text, out var address))
        {
            return new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        }

        // The framework cuts the bits off in silence.
        return IPNetwork.TryParse(text, out var network)
            && IPAddress.TryParse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)), out var written)
            && written.Equals(network.BaseAddress) ? network : null;
    }
}
