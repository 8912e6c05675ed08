using System.Reflection;
using System.Runtime.CompilerServices;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Multipart;

namespace Switchboard.Tests.Client.Calls;

/// <summary>Made-up values: of a record its required members alone, of a union or hierarchy its first kind.</summary>
internal static class Sample
{
    /// <summary>A value of the type.</summary>
    /// <exception cref="InvalidOperationException">Nobody has said how such a value is made.</exception>
    public static object Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return Simple(type) ?? Collection(type) ?? (type.IsValueType ? Struct(type) : Record(type));
    }

    private static object? Simple(Type type) => type switch
    {
        _ when type == typeof(string) => "a text",
        _ when type == typeof(bool) => false,
        _ when type == typeof(DateTimeOffset) => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
        _ when type == typeof(UploadFile) => UploadFile.FromBytes("content"u8.ToArray(), "a file.txt"),
        _ when type == typeof(RawJson) => RawJson.Parse("{}"u8),
        _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>([1, 2, 3]),
        { IsPrimitive: true } => Convert.ChangeType(1, type, provider: null),
        _ => null,
    };

    private static object? Collection(Type type)
    {
        var arguments = type.GetGenericArguments();
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (definition == typeof(IReadOnlyDictionary<,>))
        {
            var map = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
            map["key"] = Of(arguments[1]);
            return map;
        }

        if (definition != typeof(IReadOnlyList<>))
        {
            return null;
        }

        var list = Array.CreateInstance(arguments[0], 1);
        list.SetValue(Of(arguments[0]), 0);
        return list;
    }

    /// <summary>A set of strings is made from one; a union from its first case.</summary>
    private static object Struct(Type type)
    {
        if (type.GetConstructor([typeof(string)]) is { } fromText)
        {
            return fromText.Invoke(["a value"]);
        }

        var conversion = type.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .FirstOrDefault(method => method.Name is "op_Implicit" or "From" && method.ReturnType == type && method.GetParameters()[0].ParameterType is var from && from != typeof(RawJson)
                && !from.IsArray && !(from.IsGenericType && from.GetGenericTypeDefinition() == typeof(List<>)));
        return conversion is null ? Activator.CreateInstance(type)! : conversion.Invoke(null, [Of(conversion.GetParameters()[0].ParameterType)])!;
    }

    private static object Record(Type type)
    {
        if (type.IsAbstract)
        {
            return Of(type.Assembly.GetTypes()
                .Where(kind => kind is { IsAbstract: false, IsPublic: true } && kind.IsSubclassOf(type) && !kind.Name.StartsWith("Unknown", StringComparison.Ordinal) && !kind.Name.Contains("Error", StringComparison.Ordinal))
                .OrderBy(kind => kind.Name, StringComparer.Ordinal).FirstOrDefault() ?? throw new InvalidOperationException($"{type} has no kinds."));
        }

        var made = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties().Where(property => property.GetCustomAttribute<RequiredMemberAttribute>() is not null))
        {
            property.SetValue(made, Of(property.PropertyType));
        }

        return made;
    }
}
