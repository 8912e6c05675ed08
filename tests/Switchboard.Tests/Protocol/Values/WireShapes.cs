using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Json;
using Switchboard.Tests.Protocol.Corpus;

namespace Switchboard.Tests.Protocol.Values;

/// <summary>What reflection tells of the wire types.</summary>
internal static class WireShapes
{
    // The wire names of the members that tell variants apart, as properties.
    private static readonly string[] s_tags = ["Type", "Role", "Object", "Event"];

    private static readonly MethodInfo s_typed = typeof(WireType).GetMethods().Single(method => method.Name == nameof(WireType.Of) && method.GetGenericArguments().Length == 1);

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<WireMember>> s_members = new();
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Type>> s_variants = new();
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<MethodInfo>> s_conversions = new();

    /// <summary>The types that read and write themselves; not the unions that may be a file, which goes into a form only.</summary>
    public static IReadOnlyList<Type> All { get; } =
        [.. typeof(WireObject).Assembly.GetExportedTypes().Where(type => type.GetInterfaces().Contains(CodecOf(type)) && !HoldsFiles(type)).OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>Reads and writes a type that reads and writes itself.</summary>
    public static WireType Typed(Type type) => (WireType)s_typed.MakeGenericMethod(type).Invoke(null, [type.Name])!;

    /// <summary>The members that a caller can set.</summary>
    public static IReadOnlyList<WireMember> MembersOf(Type type) => s_members.GetOrAdd(type, static type =>
    {
        var nullability = new NullabilityInfoContext();
        return [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true } && property.Name != nameof(WireObject.Extra))
            .Select(property => new WireMember(property, nullability.Create(property), property.IsDefined(typeof(RequiredMemberAttribute))))];
    });

    /// <summary>The known variants of a hierarchy, those that ask for least first.</summary>
    public static IReadOnlyList<Type> VariantsOf(Type hierarchy) => s_variants.GetOrAdd(hierarchy, static hierarchy =>
        [.. hierarchy.Assembly.GetTypes()
            .Where(type => type.BaseType == hierarchy && !IsUnknown(type))
            .OrderBy(type => MembersOf(type).Count(member => member.IsRequired && IsNested(member.Property.PropertyType)))
            .ThenBy(type => type.Name, StringComparer.Ordinal)]);

    /// <summary>The variant that keeps what the hierarchy does not know.</summary>
    public static Type UnknownOf(Type hierarchy) => hierarchy.Assembly.GetTypes().Single(type => type.BaseType == hierarchy && IsUnknown(type));

    /// <summary>The wire's name of the member that tells the variants apart; null when several do.</summary>
    public static string? TagOf(Type hierarchy) =>
        s_tags.FirstOrDefault(tag => hierarchy.GetProperty(tag) is { PropertyType: var type, GetMethod.IsAbstract: true } && type == typeof(string))?.ToLowerInvariant();

    /// <summary>Whether a variant is known by this member: then a value that nobody knows would make it another.</summary>
    public static bool IsTag(PropertyInfo property) => s_tags.Contains(property.Name) && property.DeclaringType!.BaseType != typeof(WireObject);

    /// <summary>Every place where one of several variants may stand, with the hierarchy.</summary>
    public static IEnumerable<(WireSite Site, Type Hierarchy)> Places() => All.SelectMany(PlacesIn);

    private static IEnumerable<(WireSite Site, Type Hierarchy)> PlacesIn(Type type)
    {
        if (IsHierarchy(type))
        {
            return [(new WireSite(type, ""), type)];
        }

        var places = IsUnion(type)
            ? ConversionsTo(type).Select(conversion => conversion.GetParameters()[0].ParameterType).Select(source => (new WireSite(type, source == Innermost(source) ? "" : "[]"), Innermost(source)))
            : MembersOf(type).Select(member => (new WireSite(type, member.Property.Name), Innermost(member.Property.PropertyType)));
        return places.Where(place => IsHierarchy(place.Item2)).Distinct();
    }

    private static bool IsHierarchy(Type type) => type.IsAbstract && typeof(WireObject).IsAssignableFrom(type);

    private static Type Innermost(Type type) =>
        (type.GetElementType() ?? (type.IsGenericType ? type.GenericTypeArguments[^1] : null)) is { } inner ? Innermost(inner) : type;

    /// <summary>The implicit conversions to a mixed union.</summary>
    public static IReadOnlyList<MethodInfo> ConversionsTo(Type union) => s_conversions.GetOrAdd(union, static union =>
        [.. union.GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.Name == "op_Implicit" && method.ReturnType == union)]);

    /// <summary>The kinds of JSON that none of a union's cases is written as.</summary>
    public static IReadOnlyList<JsonValueKind> UnclaimedKinds(IEnumerable<Type> cases) =>
        [.. new[] { JsonValueKind.String, JsonValueKind.Number, JsonValueKind.True, JsonValueKind.Array, JsonValueKind.Object }.Except(cases.Select(KindOf))];

    private static JsonValueKind KindOf(Type type) => type switch
    {
        _ when type == typeof(string) || IsEnum(type) => JsonValueKind.String,
        _ when type == typeof(bool) => JsonValueKind.True,
        _ when type == typeof(int) || type == typeof(long) || type == typeof(double) => JsonValueKind.Number,
        _ when type.IsArray || type.Name.StartsWith("List`", StringComparison.Ordinal) => JsonValueKind.Array,
        _ when type == typeof(RawJson) => JsonValueKind.Undefined,
        _ => JsonValueKind.Object,
    };

    /// <summary>Whether a value may be a file: then it is no JSON, whatever else it may be.</summary>
    public static bool HoldsFiles(Type type) =>
        type.Name == "UploadFile"
        || (type.GetElementType() ?? type.GenericTypeArguments.FirstOrDefault()) is { } inner && HoldsFiles(inner)
        || (IsUnion(type) && ConversionsTo(type).Any(conversion => HoldsFiles(conversion.GetParameters()[0].ParameterType)));

    /// <summary>A value type that stands for several kinds.</summary>
    public static bool IsUnion(Type type) =>
        type is { IsValueType: true, IsByRefLike: false } && type.Assembly == typeof(WireObject).Assembly && type != typeof(RawJson) && type != typeof(EmbeddingVector)
        && !IsEnum(type);

    /// <summary>A set of strings that may grow.</summary>
    public static bool IsEnum(Type type) => type.IsValueType && type.GetConstructor([typeof(string)]) is not null && type.GetProperty("Value")?.PropertyType == typeof(string);

    public static bool IsUnknown(Type type) => type.Name.StartsWith("Unknown", StringComparison.Ordinal);

    private static Type CodecOf(Type type) => type.IsByRefLike || type.IsGenericTypeDefinition ? typeof(void) : typeof(IWireCodec<>).MakeGenericType(type);

    private static bool IsNested(Type type) => typeof(WireObject).IsAssignableFrom(type);
}
