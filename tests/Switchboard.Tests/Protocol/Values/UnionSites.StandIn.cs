// STAND-IN: delete this file when UnionSites.g.cs, written by the generator, is here. No place is narrower than its type to it.
namespace Switchboard.Tests.Protocol.Values;

internal static partial class UnionSites
{
    private static readonly Dictionary<(Type Owner, string Place), Type[]> s_narrow = [];
}
