using System.Text.Json;

namespace Switchboard.SpecGen.Specification;

/// <summary>The API specification: components, operations, webhooks.</summary>
internal sealed class SpecDocument
{
    private static readonly string[] s_methods = ["get", "post", "put", "patch", "delete"];

    private SpecDocument(string version) => Version = version;

    public string Version { get; }

    public IReadOnlyDictionary<string, Schema> Components { get; private init; } = new Dictionary<string, Schema>();

    public IReadOnlyList<Operation> Operations { get; private init; } = [];

    /// <summary>Component of each webhook event's payload, by the name of the webhook.</summary>
    public IReadOnlyDictionary<string, string> Webhooks { get; private init; } = new Dictionary<string, string>();

    /// <param name="file">The specification.</param>
    /// <param name="more">Components that it lacks.</param>
    public static SpecDocument Load(string file, IEnumerable<KeyValuePair<string, Schema>> more)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = document.RootElement;
        return new SpecDocument(root.GetProperty("info").GetProperty("version").GetString()!)
        {
            Components = root.GetProperty("components").GetProperty("schemas").EnumerateObject()
                .Select(schema => KeyValuePair.Create(schema.Name, Schema.Parse(schema.Value, schema.Name))).Concat(more)
                .ToDictionary(StringComparer.Ordinal),
            Operations = [.. from path in root.GetProperty("paths").EnumerateObject()
                             from method in path.Value.EnumerateObject()
                             where s_methods.Contains(method.Name)
                             select ParseOperation(path.Name, path.Value, method.Name, method.Value)],
            Webhooks = root.GetProperty("webhooks").EnumerateObject().ToDictionary(
                hook => hook.Name,
                hook => Content(hook.Value.GetProperty("post").GetProperty("requestBody"), "application/json")!.Value.GetProperty("$ref").GetString()!.Split('/')[^1],
                StringComparer.Ordinal),
        };
    }

    private static Operation ParseOperation(string path, JsonElement pathItem, string method, JsonElement json)
    {
        var id = json.GetProperty("operationId").GetString()!;
        var request = json.TryGetProperty("requestBody", out var body) ? body : default;
        var success = json.GetProperty("responses").EnumerateObject().FirstOrDefault(answer => answer.Name.StartsWith('2')).Value;
        return new Operation(id, method.ToUpperInvariant(), path, [.. Parameters(pathItem, id), .. Parameters(json, id)])
        {
            JsonRequest = Parse(request, "application/json", $"{id}:request"),
            IsBodyOptional = request.ValueKind == JsonValueKind.Object && !(request.TryGetProperty("required", out var required) && required.GetBoolean()),
            FormRequest = Parse(request, "multipart/form-data", $"{id}:form"),
            Response = Parse(success, "application/json", $"{id}:response") is { Type: not "string" } response ? response : null,
            StreamEvent = Parse(success, "text/event-stream", $"{id}:event"),
            BinaryResponse = Binary(success),
            NeedsAdminKey = json.TryGetProperty("security", out var security) && security.GetRawText().Contains("Admin", StringComparison.Ordinal),
            Deprecated = json.TryGetProperty("deprecated", out var deprecated) && deprecated.GetBoolean(),
        };
    }

    private static IEnumerable<Parameter> Parameters(JsonElement json, string operation) =>
        json.TryGetProperty("parameters", out var list)
            ? from parameter in list.EnumerateArray()
              let place = parameter.GetProperty("in").GetString()
              where place is "path" or "query"
              let name = parameter.GetProperty("name").GetString()!
              let required = parameter.TryGetProperty("required", out var flag) && flag.GetBoolean()
              from value in Values(name, Schema.Parse(parameter.GetProperty("schema"), $"{operation}?{name}"))
              select new Parameter(value.Key, place == "path", required, value.Value)
            : [];

    /// <summary>A parameter that is an object goes over the wire as one for each of its members: <c>effective_at[gt]</c>.</summary>
    private static IEnumerable<KeyValuePair<string, Schema>> Values(string name, Schema schema) => schema.Properties.Count == 0
        ? [KeyValuePair.Create(name, schema)]
        : schema.Properties.Select(member => KeyValuePair.Create($"{name}[{member.Key}]", member.Value));

    private static Schema? Parse(JsonElement content, string mediaType, string path) =>
        Content(content, mediaType) is { } schema ? Schema.Parse(schema, path) : null;

    private static JsonElement? Content(JsonElement holder, string mediaType) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty("content", out var content)
        && content.TryGetProperty(mediaType, out var typed) && typed.TryGetProperty("schema", out var schema) ? schema : null;

    private static string? Binary(JsonElement success) =>
        success.ValueKind == JsonValueKind.Object && success.TryGetProperty("content", out var content)
            ? content.EnumerateObject().Select(type => type.Name).FirstOrDefault(type => type is not ("application/json" or "text/event-stream"))
            : null;
}
