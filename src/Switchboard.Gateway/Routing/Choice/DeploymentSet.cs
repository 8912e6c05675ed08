using System.Runtime.CompilerServices;

namespace Switchboard.Gateway.Routing.Choice;

/// <summary>Some of a row's deployments, by their places: up to 256.</summary>
[InlineArray(4)]
internal struct DeploymentSet
{
    private ulong _bits;

    /// <summary>Whether a place is among them.</summary>
    public readonly bool Has(int place) => ((this[place >> 6] >> (place & 63)) & 1) != 0;

    /// <summary>Adds a place.</summary>
    public void Add(int place) => this[place >> 6] |= 1UL << (place & 63);
}
