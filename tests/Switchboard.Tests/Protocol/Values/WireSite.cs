namespace Switchboard.Tests.Protocol.Values;

/// <summary>
/// Where a value stands: a record and its property, or a mixed union and "" (one object) or "[]" (a list of them), or a
/// hierarchy and "".
/// </summary>
internal readonly record struct WireSite(Type Owner, string Place)
{
    public override string ToString() => Place.Length == 0 || Place[0] == '[' ? Owner.Name + Place : $"{Owner.Name}.{Place}";
}
