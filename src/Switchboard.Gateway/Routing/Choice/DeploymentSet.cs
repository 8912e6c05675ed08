using System.Runtime.CompilerServices;

namespace Switchboard.Gateway.Routing.Choice;

/// <summary>Some of a row's deployments, by their places: up to 256.</summary>
[InlineArray(4)]
internal struct DeploymentSet
{
    private ulong _bits;

    /// <summary>True where there is none.</summary>
    public readonly bool IsEmpty => (this[0] | this[1] | this[2] | this[3]) == 0;

    /// <summary>Whether a place is among them.</summary>
    public readonly bool Has(int place) => ((this[place >> 6] >> (place & 63)) & 1) != 0;

    /// <summary>Adds a place.</summary>
    public void Add(int place) => this[place >> 6] |= 1UL << (place & 63);
}
