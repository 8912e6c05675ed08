using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen.Emit;

/// <summary>The API as an OpenAPI 3.1 document in our own words: what the gateway serves at <c>/openapi.json</c>.</summary>
internal sealed class OpenApiEmitter(string version, Documentation documentation, IReadOnlyList<ResourceModel> resources)
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, IndentSize = 1, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What a page has to send at a click; the names are those of the models that come with the gateway, where it has one of the kind.
    private static readonly Dictionary<string, string> s_examples = new(StringComparer.Ordinal)
    {
        ["createChatCompletion"] = """{"model":"switchboard-tiny","messages":[{"role":"user","content":"Hello!"}]}""",
        ["createCompletion"] = """{"model":"switchboard-tiny","prompt":"Hello","max_tokens":16}""",
        ["createEmbedding"] = """{"model":"switchboard-tiny-embed","input":"A cat on a piano"}""",
        ["createResponse"] = """{"model":"gpt-4o-mini","input":"Hello!"}""",
        ["createModeration"] = """{"input":"A cat on a piano"}""",
        ["createImage"] = """{"model":"gpt-image-1","prompt":"A cat on a piano"}""",
        ["createSpeech"] = """{"model":"gpt-4o-mini-tts","input":"Hello!","voice":"alloy"}""",
        ["rerank"] = """{"model":"rerank-v3.5","query":"Where is the cat?","documents":["On the piano.","It rains."]}""",
    };

    private readonly ClientDocumentation _calls = new(documentation);
    private readonly SortedDictionary<string, JsonNode?> _schemas = new(StringComparer.Ordinal);
    private readonly Queue<Declaration> _waiting = new();

    /// <summary>The document.</summary>
    public string Emit()
    {
        var paths = new JsonObject();
        foreach (var (resource, call) in resources.SelectMany(ClientEmitter.WithChildren).SelectMany(resource => resource.Calls.Select(call => (resource, call))).OrderBy(pair => pair.call.Operation.Operation.Path, StringComparer.Ordinal))
        {
            // The beta twins have a query in their path, which a document cannot say.
            var operation = call.Operation.Operation;
            if (!operation.Path.Contains('?', StringComparison.Ordinal))
            {
                var item = paths[operation.Path]?.AsObject() ?? (JsonObject)(paths[operation.Path] = new JsonObject());
                item[operation.Method.ToLowerInvariant()] = Operation(resource, call);
            }
        }

        AddOwn(paths);
        while (_waiting.TryDequeue(out var declaration))
        {
            _schemas[declaration.Name] = Schema(declaration);
        }

        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Switchboard", ["version"] = version, ["description"] = "The OpenAI API as this gateway serves it. The version is that of the API's specification." },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "v1" }),
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = new JsonObject(_schemas),
            },
        };
        return document.ToJsonString(s_options) + "\n";
    }

    // What servers have beside OpenAI.
    private static void AddOwn(JsonObject paths)
    {
        paths["/rerank"] = new JsonObject
        {
            ["post"] = new JsonObject
            {
                ["operationId"] = "rerank",
                ["tags"] = new JsonArray("Rerank"),
                ["summary"] = "Orders documents by how well they answer a query.",
                ["requestBody"] = Body("rerank", ("application/json", JsonNode.Parse("""{"type":"object","required":["model","query","documents"],"properties":{"model":{"type":"string"},"query":{"type":"string"},"documents":{"type":"array","items":{},"minItems":1},"top_n":{"type":"integer"},"return_documents":{"type":"boolean"}}}""")!)),
                ["responses"] = Answers(("application/json", new JsonObject())),
            },
        };
        paths["/health"] = new JsonObject
        {
            ["get"] = new JsonObject { ["operationId"] = "health", ["tags"] = new JsonArray("Gateway"), ["summary"] = "Whether the gateway takes requests: 200, or 503 while it stops.", ["responses"] = Answers(("application/json", new JsonObject())) },
        };
        ConversationPaths.AddTo(paths);
    }

    private JsonObject Operation(ResourceModel resource, CallModel call)
    {
        var (model, operation) = (call.Operation, call.Operation.Operation);
        var made = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["tags"] = new JsonArray(resource.Path[0]),
            ["summary"] = Plain(_calls.Of(resource, call)).Split(" <c>")[0],
        };
        if (operation.Deprecated)
        {
            made["deprecated"] = true;
        }

        var parameters = new JsonArray([.. Parameters(call)]);
        if (parameters.Count > 0)
        {
            made["parameters"] = parameters;
        }

        (string, JsonNode)[] bodies = [.. Content("application/json", model.Request), .. Content("multipart/form-data", model.Form)];
        if (bodies.Length > 0)
        {
            made["requestBody"] = Body(operation.Id, bodies);
        }

        made["responses"] = Answers([.. Content("application/json", model.Response), .. Content("text/event-stream", model.StreamEvent), .. Binary(operation)]);
        return made;
    }

    private IEnumerable<JsonNode> Parameters(CallModel call)
    {
        foreach (var parameter in call.Operation.Operation.Parameters.Where(parameter => parameter.InPath))
        {
            yield return new JsonObject { ["name"] = parameter.Name, ["in"] = "path", ["required"] = true, ["description"] = Plain(_calls.OfId(parameter.Name)), ["schema"] = new JsonObject { ["type"] = "string" } };
        }

        foreach (var query in call.Operation.Query)
        {
            yield return new JsonObject { ["name"] = query.Parameter.Name, ["in"] = "query", ["required"] = query.Parameter.Required, ["description"] = Plain(_calls.Of(call, query)), ["schema"] = Schema(query.Type) };
        }
    }

    private IEnumerable<(string, JsonNode)> Content(string mediaType, TypeUse? use) => use is null ? [] : [(mediaType, Schema(use.Type))];

    private static IEnumerable<(string, JsonNode)> Binary(Operation operation) =>
        operation.BinaryResponse is { } type ? [(type, new JsonObject { ["type"] = "string", ["format"] = "binary" })] : [];

    private static JsonObject Body(string operation, params (string MediaType, JsonNode Schema)[] content)
    {
        var contents = Contents(content);
        if (s_examples.TryGetValue(operation, out var example))
        {
            contents["application/json"]!["example"] = JsonNode.Parse(example);
        }

        return new JsonObject { ["required"] = true, ["content"] = contents };
    }

    private static JsonObject Answers(params (string MediaType, JsonNode Schema)[] content)
    {
        var good = new JsonObject { ["description"] = "The answer." };
        if (content.Length > 0)
        {
            good["content"] = Contents(content);
        }

        return new JsonObject { ["200"] = good, ["default"] = new JsonObject { ["description"] = "An error: {\"error\": {\"message\", \"type\", \"param\", \"code\"}}." } };
    }

    private static JsonObject Contents((string MediaType, JsonNode Schema)[] content) =>
        new(content.Select(one => KeyValuePair.Create<string, JsonNode?>(one.MediaType, new JsonObject { ["schema"] = one.Schema })));

    private JsonNode Schema(TypeReference type) => type switch
    {
        PrimitiveType primitive => Schema(primitive.Kind),
        ListType list => new JsonObject { ["type"] = "array", ["items"] = Schema(list.Item) },
        MapType map => new JsonObject { ["type"] = "object", ["additionalProperties"] = Schema(map.Value) },
        NullableType nullable => new JsonObject { ["anyOf"] = new JsonArray(Schema(nullable.Inner), new JsonObject { ["type"] = "null" }) },
        DeclaredType { Declaration: UnionDeclaration { IsMixed: false } union } => Union(union),
        DeclaredType { Declaration: var declaration } => Reference(declaration),
        _ => throw new InvalidOperationException($"No schema for {type}."),
    };

    private static JsonObject Schema(Primitive kind) => kind switch
    {
        Primitive.String => new() { ["type"] = "string" },
        Primitive.Boolean => new() { ["type"] = "boolean" },
        Primitive.Int32 or Primitive.Int64 => new() { ["type"] = "integer" },
        Primitive.Double => new() { ["type"] = "number" },
        Primitive.UnixTime => new() { ["type"] = "integer", ["description"] = "Seconds since 1970." },
        Primitive.Bytes => new() { ["type"] = "string", ["contentEncoding"] = "base64" },
        Primitive.Embedding => new() { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "number" } }, new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" }) },
        Primitive.File => new() { ["type"] = "string", ["format"] = "binary" },
        _ => [],
    };

    private JsonObject Reference(Declaration declaration)
    {
        if (_schemas.TryAdd(declaration.Name, null))
        {
            _waiting.Enqueue(declaration);
        }

        return new JsonObject { ["$ref"] = "#/components/schemas/" + declaration.Name };
    }

    private JsonObject Union(UnionDeclaration union) => union.Objects is [var only]
        ? Reference(only)
        : new JsonObject { ["oneOf"] = new JsonArray([.. union.Objects.Select(Reference)]) };

    private JsonObject Schema(Declaration declaration) => declaration switch
    {
        EnumDeclaration values => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. values.Values.Select(value => (JsonNode)value)]) },
        ObjectDeclaration made => Object(made),
        UnionDeclaration union => new JsonObject { ["anyOf"] = new JsonArray([.. union.Others.Select(Schema), .. union.Objects.Select(Reference)]) },
        Hierarchy hierarchy => new JsonObject { ["oneOf"] = new JsonArray([.. hierarchy.Variants.Select(Reference)]) },
        _ => throw new InvalidOperationException($"No schema for {declaration}."),
    };

    private JsonObject Object(ObjectDeclaration made)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (made.Members.Where(member => member.Required).Select(member => (JsonNode)member.WireName).ToArray() is { Length: > 0 } required)
        {
            schema["required"] = new JsonArray(required);
        }

        schema["properties"] = new JsonObject(made.Members.Select(member => KeyValuePair.Create<string, JsonNode?>(member.WireName, Member(made, member))));
        return schema;
    }

    private JsonNode Member(ObjectDeclaration made, Member member)
    {
        if (member.Constant is { } constant)
        {
            return new JsonObject { ["const"] = constant };
        }

        var schema = Schema(member.Nullable ? new NullableType(member.Type) : member.Type);
        schema["description"] = Plain(documentation.Of(made, member));
        return schema;
    }

    private static string Plain(string text) => WebUtility.HtmlDecode(text);
}
