using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Multipart;

namespace Switchboard.Tests.Client.Calls;

/// <summary>Makes the typed request that sends given fields of a form.</summary>
internal static class FormRequest
{
    private static readonly JsonNamingPolicy s_wireNames = JsonNamingPolicy.SnakeCaseLower;

    public static object Of(Type type, IReadOnlyList<FormPart> parts)
    {
        var members = new JsonObject();
        foreach (var group in parts.Where(part => part.FileName is null).GroupBy(part => part.Name))
        {
            var name = group.Key.Split('[')[0];
            members[name] = Read(type, name, Texts(group.Key, group)) ?? Read(type, name, Values(group.Key, group)) ?? throw new JsonException($"{type.Name} has no member for the field {group.Key}.");
        }

        var request = JsonSerializer.Deserialize(members, type)!;
        foreach (var group in parts.Where(part => part.FileName is not null).GroupBy(part => part.Name.Split('[')[0]))
        {
            var property = type.GetProperties().Single(property => property.CanWrite && s_wireNames.ConvertName(property.Name) == group.Key);
            property.SetValue(request, FileValue(property.PropertyType, group.First().Name.EndsWith("[]", StringComparison.Ordinal), [.. group.Select(File)]));
        }

        return request;
    }

    private static UploadFile File(FormPart part) => UploadFile.FromBytes(part.Content, part.FileName!, part.ContentType);

    /// <summary>A file, or whichever union stands for one or several.</summary>
    private static object FileValue(Type type, bool isList, UploadFile[] files)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(UploadFile))
        {
            return files.Single();
        }

        var from = isList ? typeof(UploadFile[]) : typeof(UploadFile);
        return type.GetMethod("op_Implicit", BindingFlags.Public | BindingFlags.Static, [from])!.Invoke(null, [isList ? files : files.Single()])!;
    }

    private static JsonNode Texts(string field, IEnumerable<FormPart> parts) => Listed(field, parts.Select(part => (JsonNode)JsonValue.Create(part.Text)));

    /// <summary>Fields that are numbers, flags or objects in the type.</summary>
    private static JsonNode? Values(string field, IEnumerable<FormPart> parts)
    {
        try
        {
            return Listed(field, parts.Select(part => JsonNode.Parse(part.Text)!));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonNode Listed(string field, IEnumerable<JsonNode> values) =>
        !field.Contains('[', StringComparison.Ordinal) ? values.Single()
        : field.EndsWith("[]", StringComparison.Ordinal) ? new JsonArray([.. values])
        : new JsonObject { [field.Split('[')[1].TrimEnd(']')] = values.Single() };

    /// <summary>The value, where the type takes it as the member's own.</summary>
    private static JsonNode? Read(Type type, string name, JsonNode? value)
    {
        if (value is null)
        {
            return null;
        }

        try
        {
            var read = (WireObject)JsonSerializer.Deserialize(new JsonObject { [name] = value.DeepClone() }, type)!;
            return read.Extra.ContainsKey(name) ? null : value;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
