using System.Text.Json;
using Switchboard.Protocol.Operations;
using Switchboard.SpecGen;
using Switchboard.Testing.Places;
using Switchboard.Tests.Protocol.Corpus;

namespace Switchboard.Tests.Tools;

/// <summary>The generated files are what the generator makes of the specification, and leave nothing of it out.</summary>
public sealed class SpecGenTests
{
    private static readonly Lazy<Generation> s_generation = new(() => Generation.Of(SharedFolder.Combine("openapi", "openapi.json")));

    [Fact]
    public void Running_the_generator_changes_nothing()
    {
        SkipWithoutSpecification();

        var made = s_generation.Value.Files();
        var committed = Generation.FilesOf(RepositoryRoot.FullPath).Select(file => Path.GetRelativePath(RepositoryRoot.FullPath, file).Replace('\\', '/'));

        Assert.Equal(made.Keys, committed.Order(StringComparer.Ordinal));
        Assert.Empty(made.Where(file => File.ReadAllText(RepositoryRoot.Combine(file.Key)) != file.Value).Select(file => file.Key));
    }

    [Fact]
    public void The_generator_makes_the_same_files_each_time()
    {
        SkipWithoutSpecification();

        Assert.Equal(s_generation.Value.Files(), Generation.Of(SharedFolder.Combine("openapi", "openapi.json")).Files());
    }

    [Fact]
    public void Every_schema_of_the_specification_has_a_type()
    {
        SkipWithoutSpecification();
        using var specification = Specification();

        var schemas = specification.RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(schema => schema.Name).ToList();

        TestContext.Current.TestOutputHelper?.WriteLine($"{schemas.Count} schemas, {SchemaTypes.All.Values.Select(type => type.Name).Distinct().Count()} types of components, {s_generation.Value.Declarations.Count} types in all");
        Assert.Equal(1422, schemas.Count);
        Assert.Empty(schemas.Except(SchemaTypes.All.Keys));
    }

    [Fact]
    public void Every_operation_of_the_specification_is_in_the_catalogue()
    {
        SkipWithoutSpecification();
        using var specification = Specification();

        var operations = from path in specification.RootElement.GetProperty("paths").EnumerateObject()
                         from method in path.Value.EnumerateObject()
                         where method.Value.ValueKind == JsonValueKind.Object && method.Value.TryGetProperty("operationId", out _)
                         select (method.Value.GetProperty("operationId").GetString()!, method.Name.ToUpperInvariant(), path.Name);

        Assert.Equal(288, ApiOperations.All.Count);
        Assert.Equal(operations.Order(), ApiOperations.All.Select(operation => (operation.Id, operation.Method, operation.Path)).Order());
    }

    [Fact]
    public void Every_webhook_event_has_a_type()
    {
        SkipWithoutSpecification();
        using var specification = Specification();

        Assert.Equal(specification.RootElement.GetProperty("webhooks").EnumerateObject().Count(), WebhookTypes.All.Count);
    }

    [Theory]
    [InlineData("createResponse", true, null, ApiPagination.None, false)]
    [InlineData("createRun", true, "assistants=v2", ApiPagination.None, false)]
    [InlineData("listFiles", false, null, ApiPagination.LastId, false)]
    [InlineData("list-groups", false, null, ApiPagination.Next, true)]
    [InlineData("usage-completions", false, null, ApiPagination.NextPage, true)]
    public void The_catalogue_knows_what_the_specification_leaves_unsaid(string id, bool streams, string? beta, ApiPagination pagination, bool needsAdminKey)
    {
        var operation = Assert.Single(ApiOperations.All, operation => operation.Id == id);

        Assert.Equal((streams, beta, pagination, needsAdminKey), (operation.Streams, operation.BetaHeader, operation.Pagination, operation.NeedsAdminKey));
    }

    private static void SkipWithoutSpecification() => Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");

    private static JsonDocument Specification() => JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Combine("openapi", "openapi.json")));
}
