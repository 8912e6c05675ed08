using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Server.Endpoints;
using Switchboard.Testing.Time;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.Endpoints;

/// <summary>The admin API in the document is the one that is served.</summary>
public sealed class AdminPageTests
{
    private static readonly string[] s_methods = ["get", "put", "post", "delete", "patch"];

    [Fact]
    public async Task Every_route_is_in_the_document_and_every_path_of_it_is_a_route()
    {
        await using var gateway = await ServedGateway.StartAsync();
        var mapped = gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/admin", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<RouteMethods>().Names.Select(method => $"{method} {endpoint.RoutePattern.RawText}"))
            .Where(route => !route.StartsWith("HEAD", StringComparison.Ordinal));

        var document = await ReadAsync(gateway);

        Assert.NotEmpty(mapped);
        Assert.Equal(mapped.Order(), Operations(document).Select(operation => $"{operation.Method} {operation.Path}").Order());
    }

    [Fact]
    public async Task Every_id_in_a_path_is_a_parameter_and_every_address_begins_at_the_root()
    {
        await using var gateway = await ServedGateway.StartAsync();
        var document = await ReadAsync(gateway);

        Assert.All(Operations(document), operation =>
        {
            var parameters = operation.Value.TryGetProperty("parameters", out var list) ? list.EnumerateArray().Select(parameter => Resolve(document, parameter)) : [];
            Assert.Equal(operation.Path.Contains("{id}", StringComparison.Ordinal), parameters.Any(parameter => parameter.GetProperty("in").GetString() == "path" && parameter.GetProperty("name").GetString() == "id"));
            Assert.Equal(".", document.GetProperty("paths").GetProperty(operation.Path).GetProperty("servers")[0].GetProperty("url").GetString());
        });
    }

    [Theory]
    [InlineData("AdminTeam", "/teams")]
    [InlineData("AdminProject", "/projects")]
    [InlineData("AdminKey", "/keys")]
    public async Task What_is_answered_has_the_members_of_its_schema(string schema, string path)
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var document = await ReadAsync(gateway.Gateway);

        var (status, made) = await gateway.AdminAsync("POST", path, """{"name":"x"}""");
        var (_, list) = await gateway.AdminAsync("GET", path);
        var (_, audit) = await gateway.AdminAsync("GET", "/audit");

        Assert.Equal(200, status);
        Assert.Equal(MembersOf(document, document.GetProperty("components").GetProperty("schemas").GetProperty(schema)).Order(), made.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(MembersOf(document, document.GetProperty("components").GetProperty("schemas").GetProperty("AdminList")).Order(), list.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(MembersOf(document, document.GetProperty("components").GetProperty("schemas").GetProperty("AdminAuditEntry")).Order(), audit.GetProperty("data")[0].EnumerateObject().Select(member => member.Name).Order());
    }

    [Theory]
    [InlineData("AdminUsage", "/usage?group_by=day,model,key,project,provider,deployment,operation")]
    [InlineData("AdminUsageRow", "/usage/rows")]
    public async Task What_the_ledger_says_has_the_members_of_its_schema(string schema, string path)
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var document = await ReadAsync(gateway.Gateway);
        await gateway.ChatAsync(GuardedGateway.Master);

        var (_, list) = await Poll.ForAsync(() => gateway.AdminAsync("GET", path), answer => answer.Json.GetProperty("data").GetArrayLength() > 0, "a row", TestContext.Current.CancellationToken);

        Assert.Equal(MembersOf(document, document.GetProperty("components").GetProperty("schemas").GetProperty(schema)).Order(), list.GetProperty("data")[0].EnumerateObject().Select(member => member.Name).Order());
    }

    private static async Task<JsonElement> ReadAsync(ServedGateway gateway) =>
        JsonElement.Parse(await gateway.Client.GetByteArrayAsync("/openapi.json", TestContext.Current.CancellationToken));

    private static IEnumerable<(string Method, string Path, JsonElement Value)> Operations(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject().Where(path => path.Name.StartsWith("/admin", StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject().Where(member => s_methods.Contains(member.Name)).Select(member => (member.Name.ToUpperInvariant(), path.Name, member.Value)));

    private static IEnumerable<string> MembersOf(JsonElement document, JsonElement schema)
    {
        schema = Resolve(document, schema);
        var own = schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().Select(property => property.Name) : [];
        return schema.TryGetProperty("allOf", out var parts) ? own.Concat(parts.EnumerateArray().SelectMany(part => MembersOf(document, part))) : own;
    }

    private static JsonElement Resolve(JsonElement document, JsonElement element) =>
        element.TryGetProperty("$ref", out var reference)
            ? reference.GetString()!.Split('/')[1..].Aggregate(document, (at, name) => at.GetProperty(name))
            : element;
}
