using System.Reflection;
using Switchboard.Client;

namespace Switchboard.Tests.Client.Resources;

/// <summary>The client's resources by the properties that lead to them.</summary>
internal static class ResourceTree
{
    public static IReadOnlyDictionary<string, Type> Types { get; } =
        Under("", typeof(SwitchboardClient)).ToDictionary(resource => resource.Accessor, resource => resource.Type, StringComparer.Ordinal);

    public static object Find(SwitchboardClient client, string accessor) =>
        accessor.Split('.').Aggregate((object)client, (owner, name) => owner.GetType().GetProperty(name)!.GetValue(owner)!);

    /// <summary>The methods of an operation: with the API's types, and with the caller's own.</summary>
    public static IReadOnlyList<MethodInfo> MethodsOf(ClientMethod operation) =>
        [.. Types[operation.Resource].GetMethods().Where(method => operation.Names.Contains(method.Name))];

    private static IEnumerable<(string Accessor, Type Type)> Under(string prefix, Type owner) =>
        from property in owner.GetProperties()
        where IsResource(property.PropertyType)
        let accessor = prefix + property.Name
        from resource in Under(accessor + ".", property.PropertyType).Prepend((accessor, property.PropertyType))
        select resource;

    private static bool IsResource(Type type) =>
        type.Namespace?.StartsWith("Switchboard.Client.", StringComparison.Ordinal) == true && type.Name.EndsWith("Client", StringComparison.Ordinal);
}
