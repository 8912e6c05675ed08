using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Misbehaviours;

/// <summary>A named way to do wrong: it takes a good answer and gives the bad one.</summary>
public sealed partial class Misbehaviour
{
    private readonly Func<UpstreamAnswer, UpstreamAnswer> _apply;

    private Misbehaviour(string name, Func<UpstreamAnswer, UpstreamAnswer> apply)
    {
        Name = name;
        _apply = apply;
    }

    /// <summary>The name, for theories and messages.</summary>
    public string Name { get; }

    /// <summary>Every misbehaviour, those with arguments in their common form; the names are distinct.</summary>
    // Made on each call: the order in which the parts of this class initialise their statics is not given.
    public static IReadOnlyList<Misbehaviour> All => [.. OnConnections(), .. OfStatuses(), .. OfBodies(), .. OfEvents()];

    /// <summary>The names, as data for theories.</summary>
    public static IEnumerable<string> Names => All.Select(m => m.Name);

    internal bool RefusesConnections => ReferenceEquals(this, RefuseConnections);

    /// <summary>The misbehaviour of that name.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static Misbehaviour Named(string name) => All.Single(m => m.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal UpstreamAnswer Apply(UpstreamAnswer answer) => _apply(answer);
}
