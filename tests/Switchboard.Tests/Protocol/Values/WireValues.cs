using System.Reflection;
using System.Text.Json;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Protocol.Values;

/// <summary>Random values of any wire type, such as a caller could make.</summary>
internal sealed class WireValues
{
    // What an enum or a string of JSON would have to nest to be deeper than the generator goes; only a type that needs itself gets there.
    private const int TooDeep = 100;

    // From here on a value has what it must have and no more.
    private const int FullDepth = 5;

    private readonly Random _random;
    private readonly int _size;
    private int _objectsLeft;

    private WireValues(int seed, int size)
    {
        // The same seed makes the same value on every machine.
        _random = new Random(seed);
        _size = size;
        _objectsLeft = 20 + size;
    }

    /// <summary>A value of the type; the larger the size (0 to 100), the more optional members and elements.</summary>
    public static object Random(Type type, int seed, int size) =>
        new WireValues(seed, size).Make(type, null, new Site(type, ""), 0) ?? throw new NotSupportedException($"{type} has no value for JSON.");

    private object? Make(Type type, NullabilityInfo? nullability, Site site, int depth)
    {
        Assert.True(depth < TooDeep, $"{type} needs itself.");
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

        // A file goes into a form and not into JSON.
        return type.Name == "UploadFile" ? null : Scalar(type) ?? (IsEnum(type) ? EnumValue(type, onlyKnown: false) : Union(type, depth));
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

    private Array List(Type item, NullabilityInfo? nullability, Site site, int depth)
    {
        var items = Array.CreateInstance(item, IsFull(depth) ? _random.Next(2 + (_size / 20)) : 0);
        for (var i = 0; i < items.Length; i++)
        {
            items.SetValue(IsNullDrawn(item, nullability) ? null : Make(item, nullability, site, depth + 1), i);
        }

        return items;
    }

    private object Map(Type item, NullabilityInfo? nullability, Site site, int depth)
    {
        var map = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), item))!;
        for (var i = IsFull(depth) ? _random.Next(3) : 0; i > 0; i--)
        {
            map[$"{RandomJson.Text(_random, 2)}{i}"] = IsNullDrawn(item, nullability) ? null : Make(item, nullability, site, depth + 1);
        }

        return map;
    }

    private bool IsNullDrawn(Type type, NullabilityInfo? nullability) =>
        (Nullable.GetUnderlyingType(type) is not null || (!type.IsValueType && nullability?.WriteState == NullabilityState.Nullable)) && _random.Next(5) == 0;

    private WireObject Object(Type type, int depth)
    {
        _objectsLeft--;
        var made = (WireObject)Activator.CreateInstance(type)!;
        foreach (var member in WireShapes.MembersOf(type).Where(member => member.IsRequired || (IsFull(depth) && _random.Next(100) < _size)))
        {
            if (!IsNullDrawn(member.Property.PropertyType, member.Nullability) && Member(member, depth) is { } value)
            {
                member.Property.SetValue(made, value);
            }
            else if (IsNullable(member))
            {
                member.Property.SetValue(made, null);
            }
        }

        if (_random.Next(10) == 0)
        {
            var extra = Enumerable.Range(0, 2).ToDictionary(index => $"x_{index}{RandomJson.Text(_random, 2)}", _ => RandomJson.Value(_random));
            type.GetProperty(nameof(WireObject.Extra))!.SetValue(made, extra);
        }

        return made;
    }

    private object? Member(WireMember member, int depth)
    {
        var type = Nullable.GetUnderlyingType(member.Property.PropertyType) ?? member.Property.PropertyType;
        return WireShapes.IsTag(member.Property) && IsEnum(type)
            ? EnumValue(type, onlyKnown: true)
            : Make(type, member.Nullability, new Site(member.Property.DeclaringType!, member.Property.Name), depth + 1);
    }

    private static bool IsNullable(WireMember member) =>
        Nullable.GetUnderlyingType(member.Property.PropertyType) is not null
        || (!member.Property.PropertyType.IsValueType && member.Nullability.WriteState == NullabilityState.Nullable);

    private WireObject Variant(Type hierarchy, Site site, int depth)
    {
        var narrow = UnionSites.Of(site.Owner, site.Place) ?? UnionSites.Of(hierarchy, "");
        var variants = WireShapes.VariantsOf(hierarchy).Where(variant => narrow?.Contains(variant) ?? true).ToList();
        if (variants.Count > 1 && _random.Next(20) == 0 && WireShapes.TagOf(hierarchy) is { } tag)
        {
            return (WireObject)Activator.CreateInstance(WireShapes.UnknownOf(hierarchy), RandomJson.Tagged(_random, tag, "x_unknown"))!;
        }

        return Object(variants[IsFull(depth) ? _random.Next(variants.Count) : 0], depth);
    }

    private static bool IsEnum(Type type) => type.GetConstructor([typeof(string)]) is not null && type.GetProperty("Value")?.PropertyType == typeof(string);

    private object EnumValue(Type type, bool onlyKnown)
    {
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Static).Where(property => property.PropertyType == type).ToList();
        return known.Count > 0 && (onlyKnown || _random.Next(5) > 0)
            ? known[_random.Next(known.Count)].GetValue(null)!
            : Activator.CreateInstance(type, RandomJson.Text(_random, 4))!;
    }

    /// <summary>A value type that several kinds convert to.</summary>
    private object? Union(Type type, int depth)
    {
        var conversions = WireShapes.ConversionsTo(type);
        var foreign = WireShapes.UnclaimedKinds(conversions.Select(conversion => conversion.GetParameters()[0].ParameterType));
        if (foreign.Count > 0 && _random.Next(10) == 0)
        {
            return ConvertTo(type, RandomJson.OfKind(_random, foreign[_random.Next(foreign.Count)]));
        }

        var own = conversions.Where(conversion => conversion.GetParameters()[0].ParameterType is var source && source != typeof(RawJson) && source.Name != "UploadFile").ToList();
        if (own.Count == 0)
        {
            return null;
        }

        var parameter = own[_random.Next(own.Count)].GetParameters()[0].ParameterType;
        return ConvertTo(type, parameter switch
        {
            { IsArray: true } => List(parameter.GetElementType()!, null, new Site(type, "[]"), depth + 1),
            { IsGenericType: true } when parameter.GetGenericTypeDefinition() == typeof(List<>) =>
                Activator.CreateInstance(parameter, List(parameter.GenericTypeArguments[0], null, new Site(type, "[]"), depth + 1))!,
            _ => Make(parameter, null, new Site(type, ""), depth + 1)!,
        });
    }

    private static object ConvertTo(Type type, object value) =>
        WireShapes.ConversionsTo(type).First(conversion => conversion.GetParameters()[0].ParameterType.IsInstanceOfType(value)).Invoke(null, [value])!;

    private bool IsFull(int depth) => depth < FullDepth && _objectsLeft > 0;

    /// <summary>Where a value stands: what narrows a hierarchy there.</summary>
    private readonly record struct Site(Type Owner, string Place);
}
