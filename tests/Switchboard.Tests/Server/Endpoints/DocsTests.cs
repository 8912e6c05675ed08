using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Switchboard.Protocol.Operations;

namespace Switchboard.Tests.Server.Endpoints;

public sealed class DocsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_document_has_every_operation_and_every_type_that_it_names()
    {
        await using var gateway = await ServedGateway.StartAsync();
        using var document = JsonDocument.Parse(await gateway.Client.GetByteArrayAsync("/openapi.json", Token));

        var listed = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}")).ToHashSet();
        var components = document.RootElement.GetProperty("components").EnumerateObject().SelectMany(kind => kind.Value.EnumerateObject().Select(one => $"#/components/{kind.Name}/{one.Name}")).ToList();

        // A path with a query is the same path with another body: no document can say that.
        Assert.DoesNotContain(OpenAIOperations.All.Where(operation => !operation.Path.Contains('?', StringComparison.Ordinal)), operation => !listed.Contains($"{operation.Method} {operation.Path}"));
        Assert.Empty(References(document.RootElement).Except(components));
        Assert.Distinct(components);
        Assert.Distinct(document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Where(operation => operation.Value.ValueKind == JsonValueKind.Object).Select(operation => operation.Value.GetProperty("operationId").GetString()));
        Assert.Equal("3.1.0", document.RootElement.GetProperty("openapi").GetString());
    }

    [Fact]
    public async Task The_document_is_sent_compressed_or_not_at_all_where_it_is_known()
    {
        await using var gateway = await ServedGateway.StartAsync();
        using var plain = await gateway.Client.GetAsync("/openapi.json", Token);
        var compressed = await SendAsync(gateway, "Accept-Encoding", "br, gzip;q=0.5");
        var refused = await SendAsync(gateway, "Accept-Encoding", "gzip;q=0");
        var known = await SendAsync(gateway, "If-None-Match", plain.Headers.ETag!.ToString());

        using var gzip = new GZipStream(await compressed.Content.ReadAsStreamAsync(Token), CompressionMode.Decompress);
        using var whole = new MemoryStream();
        await gzip.CopyToAsync(whole, Token);
        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(Token), whole.ToArray());
        Assert.Empty(refused.Content.Headers.ContentEncoding);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    [Fact]
    public async Task The_page_and_its_files_come_from_here()
    {
        await using var gateway = await ServedGateway.StartAsync();

        var page = await gateway.Client.GetStringAsync("/docs", Token);
        var script = await gateway.Client.GetStringAsync("/docs/index.js", Token);
        using var bundle = await gateway.Client.GetAsync("/docs/swagger-ui-bundle.js", Token);

        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.Contains("../openapi.json", script, StringComparison.Ordinal);
        Assert.Equal("text/javascript", bundle.Content.Headers.ContentType?.MediaType);
    }

    private static Task<HttpResponseMessage> SendAsync(ServedGateway gateway, string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/openapi.json");
        request.Headers.TryAddWithoutValidation(header, value);
        return gateway.Client.SendAsync(request, Token);
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.NameEquals("$ref") && member.Value.ValueKind == JsonValueKind.String ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
