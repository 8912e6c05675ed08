namespace Switchboard.Tests.Protocol.Values;

/// <summary>
/// Where the wire takes fewer variants than a hierarchy has in C#, because several unions of the specification share one
/// base. The table is written by the generator.
/// </summary>
internal static partial class UnionSites
{
    /// <summary>The variants that may stand in a place.</summary>
    public static IReadOnlyList<Type> VariantsAt(WireSite site, Type hierarchy)
    {
        var narrow = s_narrow.GetValueOrDefault((site.Owner, site.Place)) ?? s_narrow.GetValueOrDefault((hierarchy, ""));
        return [.. WireShapes.VariantsOf(hierarchy).Where(variant => narrow?.Contains(variant) ?? true)];
    }
}
