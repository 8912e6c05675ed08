namespace Switchboard.Tests.Protocol.Values;

/// <summary>
/// Where the wire takes fewer variants than a hierarchy has in C#, because several unions of the specification share one
/// base. The table is written by the generator: the owner is a record and the place its property, or a mixed union and the
/// place "" (one object) or "[]" (a list of them), or a hierarchy itself with the place "".
/// </summary>
internal static partial class UnionSites
{
    /// <summary>The variants that may stand in a place; null when all of the hierarchy's may.</summary>
    public static IReadOnlyList<Type>? Of(Type owner, string place) => s_narrow.GetValueOrDefault((owner, place));
}
