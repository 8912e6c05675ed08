using System.Reflection;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Protocol.Values;

/// <summary>Random values of any wire type, such as a caller could make.</summary>
internal sealed class WireValues
{
    // Deeper than any value needs to be; only a type that cannot do without itself gets there.
    private const int TooDeep = 100;

    // From here on a value has what it must have and no more.
    private const int FullDepth = 5;

    private readonly Random _random;
    private readonly int _size;
    private int _objectsLeft;

    // What is wanted, until it stands in its place.
    private (WireSite Site, Type Variant)? _placed;

    private WireValues(int seed, int size, (WireSite Site, Type Variant)? placed = null)
    {
        _placed = placed;

        // The same seed makes the same value on every machine.
        _random = new Random(seed);
        _size = size;
        _objectsLeft = 10 + (size / 2);
    }

    /// <summary>A value of the type; the larger the size (0 to 100), the more optional members and elements.</summary>
    public static object Random(Type type, int seed, int size) =>
        new WireValues(seed, size).Make(type, null, new WireSite(type, ""), 0) ?? throw new NotSupportedException($"{type} has no value for JSON.");

    /// <summary>A small value with that variant in that place.</summary>
    public static object Placed(WireSite site, Type variant, int seed) =>
        new WireValues(seed, 0, (site, variant)).Make(site.Owner, null, new WireSite(site.Owner, ""), 0)!;

    private object? Make(Type type, NullabilityInfo? nullability, WireSite site, int depth)
    {
        Assert.True(depth < TooDeep, $"{type} needs itself.");
        if (WireShapes.HoldsFiles(type))
        {
            return null;
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Make(inner, null, site, depth);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return List(type.GenericTypeArguments[0], nullability?.GenericTypeArguments[0], site, depth);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            return Map(type.GenericTypeArguments[1], nullability?.GenericTypeArguments[1], site, depth);
        }

        if (typeof(WireObject).IsAssignableFrom(type))
        {
            return type.IsAbstract ? Variant(type, site, depth) : Object(type, depth);
        }

        return Scalar(type) ?? (WireShapes.IsEnum(type) ? EnumValue(type, onlyKnown: false) : Union(type, depth));
    }

    private object? Scalar(Type type) => type switch
    {
        _ when type == typeof(string) => RandomJson.Text(_random, 1 + (_size / 8)),
        _ when type == typeof(bool) => _random.Next(2) == 0,
        _ when type == typeof(int) => _random.Next(4) == 0 ? _random.Next(int.MinValue, int.MaxValue) : _random.Next(100),
        _ when type == typeof(long) => _random.Next(4) == 0 ? _random.NextInt64(long.MinValue, long.MaxValue) : _random.NextInt64(100),
        _ when type == typeof(double) => RandomJson.Number(_random),
        _ when type == typeof(DateTimeOffset) => DateTimeOffset.FromUnixTimeSeconds(_random.NextInt64(0, 4_000_000_000)),
        _ when type == typeof(ReadOnlyMemory<byte>) => (ReadOnlyMemory<byte>)Bytes(_random.Next(20)),
        _ when type == typeof(RawJson) => RandomJson.Value(_random),
        _ when type == typeof(EmbeddingVector) => (EmbeddingVector)Enumerable.Range(0, _random.Next(5)).Select(_ => (float)_random.NextDouble()).ToArray(),
        _ => null,
    };

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private Array List(Type item, NullabilityInfo? nullability, WireSite site, int depth, int least = 0)
    {
        var isPlaced = _placed?.Site == site;
        var items = Array.CreateInstance(item, isPlaced ? 1 : IsFull(depth) ? least + _random.Next(2 + (_size / 20)) : least);
        for (var i = 0; i < items.Length; i++)
        {
            items.SetValue(!isPlaced && IsNullDrawn(item, nullability) ? null : Make(item, nullability, site, depth + 1), i);
        }

        return items;
    }

    private object Map(Type item, NullabilityInfo? nullability, WireSite site, int depth)
    {
        var map = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), item))!;
        var isPlaced = _placed?.Site == site;
        for (var i = isPlaced ? 1 : IsFull(depth) ? _random.Next(3) : 0; i > 0; i--)
        {
            map[$"{RandomJson.Text(_random, 2)}{i}"] = !isPlaced && IsNullDrawn(item, nullability) ? null : Make(item, nullability, site, depth + 1);
        }

        return map;
    }

    private bool IsNullDrawn(Type type, NullabilityInfo? nullability) =>
        (Nullable.GetUnderlyingType(type) is not null || (!type.IsValueType && nullability?.WriteState == NullabilityState.Nullable)) && _random.Next(5) == 0;

    private WireObject Object(Type type, int depth)
    {
        _objectsLeft--;
        var made = (WireObject)Activator.CreateInstance(type)!;

        // All are chosen before any is made: what one holds must not leave the next without.
        foreach (var member in WireShapes.MembersOf(type).Where(member => IsChosen(member, depth)).ToList())
        {
            var isPlaced = IsPlaced(member);
            if ((isPlaced || !IsNullDrawn(member.Property.PropertyType, member.Nullability)) && Member(member, depth) is { } value)
            {
                member.Property.SetValue(made, value);
            }
            else if (IsNullable(member))
            {
                member.Property.SetValue(made, null);
            }
        }

        if (_placed is null && _random.Next(10) == 0)
        {
            var extra = Enumerable.Range(0, 2).ToDictionary(index => $"x_{index}{RandomJson.Text(_random, 2)}", _ => RandomJson.Value(_random));
            type.GetProperty(nameof(WireObject.Extra))!.SetValue(made, extra);
        }

        return made;
    }

    private bool IsPlaced(WireMember member) => _placed?.Site == new WireSite(member.Property.DeclaringType!, member.Property.Name);

    // A tag that is text is left to be absent: any other text would make the object one that nobody knows.
    private bool IsChosen(WireMember member, int depth) =>
        member.IsRequired || IsPlaced(member)
        || (IsFull(depth) && _random.Next(100) < _size && !(WireShapes.IsTag(member.Property) && member.Property.PropertyType == typeof(string)));

    private object? Member(WireMember member, int depth)
    {
        var type = Nullable.GetUnderlyingType(member.Property.PropertyType) ?? member.Property.PropertyType;
        return WireShapes.IsTag(member.Property) && WireShapes.IsEnum(type)
            ? EnumValue(type, onlyKnown: true)
            : Make(type, member.Nullability, new WireSite(member.Property.DeclaringType!, member.Property.Name), depth + 1);
    }

    private static bool IsNullable(WireMember member) =>
        Nullable.GetUnderlyingType(member.Property.PropertyType) is not null
        || (!member.Property.PropertyType.IsValueType && member.Nullability.WriteState == NullabilityState.Nullable);

    private WireObject Variant(Type hierarchy, WireSite site, int depth)
    {
        if (_placed is { } placed && placed.Site == site)
        {
            _placed = null;
            return Object(placed.Variant, depth);
        }

        var variants = UnionSites.VariantsAt(site, hierarchy);
        if (_placed is null && variants.Count > 1 && _random.Next(20) == 0 && WireShapes.TagOf(hierarchy) is { } tag)
        {
            return (WireObject)Activator.CreateInstance(WireShapes.UnknownOf(hierarchy), RandomJson.Tagged(_random, tag, "x_unknown"))!;
        }

        return Object(variants[IsFull(depth) ? _random.Next(variants.Count) : 0], depth);
    }

    private object EnumValue(Type type, bool onlyKnown)
    {
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Static).Where(property => property.PropertyType == type).ToList();
        return known.Count > 0 && (onlyKnown || _random.Next(5) > 0)
            ? known[_random.Next(known.Count)].GetValue(null)!
            : Activator.CreateInstance(type, RandomJson.Text(_random, 4))!;
    }

    /// <summary>A value type that several kinds convert to.</summary>
    private object Union(Type type, int depth)
    {
        var conversions = WireShapes.ConversionsTo(type);
        Assert.True(conversions.Count > 0, $"{type} is no kind of type that values can be made of.");
        var foreign = WireShapes.UnclaimedKinds(conversions.Select(conversion => conversion.GetParameters()[0].ParameterType));
        if (_placed is null && foreign.Count > 0 && _random.Next(10) == 0)
        {
            return ConvertTo(type, RandomJson.OfKind(_random, foreign[_random.Next(foreign.Count)]));
        }

        var own = conversions.Select(conversion => conversion.GetParameters()[0].ParameterType).Where(source => source != typeof(RawJson) && IsPlaceable(type, source)).ToList();
        var source = own[_random.Next(own.Count)];

        // Of an empty list nobody can tell what is not in it.
        var least = own.Count(other => other.IsArray) > 1 ? 1 : 0;
        return ConvertTo(type, source switch
        {
            { IsArray: true } => List(source.GetElementType()!, null, new WireSite(type, "[]"), depth + 1, least),
            { IsGenericType: true } when source.GetGenericTypeDefinition() == typeof(List<>) =>
                Activator.CreateInstance(source, List(source.GenericTypeArguments[0], null, new WireSite(type, "[]"), depth + 1, least))!,
            _ => Make(source, null, new WireSite(type, ""), depth + 1)!,
        });
    }

    /// <summary>Whether a conversion leads to the place that a variant is wanted in.</summary>
    private bool IsPlaceable(Type union, Type source) =>
        _placed is not { } placed || placed.Site.Owner != union
        || (placed.Site.Place == "[]" ? source.GetElementType() : source)?.IsAssignableFrom(placed.Variant) == true;

    private static object ConvertTo(Type type, object value) =>
        WireShapes.ConversionsTo(type).First(conversion => conversion.GetParameters()[0].ParameterType.IsInstanceOfType(value)).Invoke(null, [value])!;

    private bool IsFull(int depth) => depth < FullDepth && _objectsLeft > 0;
}
