using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Switchboard.Client;
using Switchboard.Protocol.Operations;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Client.Resources;

/// <summary>The client has a method for each operation, and none that belongs to no operation.</summary>
public sealed partial class ResourceTreeTests
{
    [Fact]
    public void Every_operation_has_a_method()
    {
        Assert.Equal(OpenAIOperations.All.Select(operation => operation.Id), ClientMethods.All.Select(method => method.Operation));
        Assert.DoesNotContain(ClientMethods.All, method => !ResourceTree.Types.ContainsKey(method.Resource));
        Assert.Empty(ClientMethods.All.SelectMany(method => method.Names.Except(ResourceTree.MethodsOf(method).Select(found => found.Name)).Select(name => $"{method.Resource}.{name}")));
    }

    [Fact]
    public void Every_generated_method_belongs_to_an_operation()
    {
        var known = ClientMethods.All.SelectMany(method => method.Names.Select(name => $"{ResourceTree.Types[method.Resource].Name}.{name}")).ToHashSet();
        var generated = Directory.EnumerateFiles(RepositoryRoot.Combine("src/Switchboard.Client"), "*Client.g.cs", SearchOption.AllDirectories)
            .SelectMany(file => PublicMethod().Matches(File.ReadAllText(file)).Select(method => $"{Path.GetFileName(file).Replace(".g.cs", "", StringComparison.Ordinal)}.{method.Groups[1].Value}"))
            .ToHashSet();

        Assert.Equal(known.Order(), generated.Order());
    }

    [Fact]
    public void No_two_operations_share_a_method() =>
        Assert.Empty(ClientMethods.All.SelectMany(method => method.Names.Select(name => $"{method.Resource}.{name}")).GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void Every_resource_leads_to_an_operation() =>
        Assert.DoesNotContain(ResourceTree.Types.Keys.Except(["Webhooks"]), resource => !ClientMethods.All.Any(method => method.Resource == resource || method.Resource.StartsWith(resource + ".", StringComparison.Ordinal)));

    [Fact]
    public void Every_method_takes_options_and_a_token_last_and_may_do_without_them()
    {
        var methods = ClientMethods.All.SelectMany(ResourceTree.MethodsOf);

        Assert.DoesNotContain(methods, method => method.GetParameters() is not
            [.., { ParameterType: var options, Name: "options", HasDefaultValue: true }, { ParameterType: var token, Name: "cancellationToken", HasDefaultValue: true }]
            || options != typeof(CallOptions) || token != typeof(CancellationToken));
    }

    [Fact]
    public void Every_operation_that_takes_or_gives_json_also_does_so_with_own_types()
    {
        var byKind = from operation in ClientMethods.All
                     from name in operation.Names
                     let overloads = ResourceTree.MethodsOf(operation).Where(method => method.Name == name).ToList()
                     where overloads.Exists(method => !method.IsGenericMethod && TakesOrGivesJson(operation, method))
                     select (Name: $"{operation.Resource}.{name}", HasTwin: overloads.Exists(method => method.IsGenericMethod && method.GetParameters().Any(IsTypeInfo)));

        Assert.Empty(byKind.Where(method => !method.HasTwin).Select(method => method.Name));
    }

    private static bool TakesOrGivesJson(ClientMethod operation, System.Reflection.MethodInfo method)
    {
        var result = method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(Task<>) ? method.ReturnType.GetGenericArguments()[0] : method.ReturnType;
        return result.IsGenericType && result.GetGenericTypeDefinition() is var kind
            ? kind == typeof(ApiResult<>) || kind == typeof(ApiStream<>)
            : OpenAIOperations.All.Single(known => known.Id == operation.Operation).TakesJson;
    }

    private static bool IsTypeInfo(System.Reflection.ParameterInfo parameter) =>
        parameter.ParameterType.IsGenericType && parameter.ParameterType.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>);

    [GeneratedRegex(@"^    public \S.*? (\w+Async)(?:<[^>(]*>)?\(", RegexOptions.Multiline)]
    private static partial Regex PublicMethod();
}
