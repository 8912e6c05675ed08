using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Client.StructuredOutputs;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Client.StructuredOutputs;

public sealed class StrictSchemaTests
{
    [Fact]
    public void ClosesObjectsAndRequiresAllProperties() => AssertSchema(OutputContext.Default.Order, """
        {"description":"An order.","type":"object","properties":{
            "customer":{"description":"Who ordered.","type":"string"},
            "note":{"type":["string","null"]},
            "lines":{"type":"array","items":{"type":"object","properties":{
                "name":{"type":"string"},
                "price":{"type":"number","minimum":0.5,"maximum":9},
                "code":{"type":"string","description":"maxLength: 5."}},
                "required":["name","price","code"],"additionalProperties":false}},
            "state":{"type":"string","enum":["Open","Shipped"]},
            "count":{"type":"integer","description":"Default: 3."}},
         "required":["customer","note","lines","state","count"],"additionalProperties":false}
        """);

    [Fact]
    public void PutsWhatComesBackIntoDefinitions() => AssertSchema(OutputContext.Default.TreeNode, """
        {"type":"object","properties":{
            "left":{"$ref":"#/$defs/left"},
            "children":{"$ref":"#/$defs/children"},
            "value":{"type":"integer"}},
         "required":["left","children","value"],"additionalProperties":false,
         "$defs":{
            "left":{"type":["object","null"],"properties":{
                "left":{"$ref":"#/$defs/left"},"children":{"$ref":"#/$defs/children"},"value":{"type":"integer"}},
                "required":["left","children","value"],"additionalProperties":false},
            "children":{"type":"array","items":{"$ref":"#"}}}}
        """);

    [Fact]
    public void WrapsWhatIsNoObject() => AssertSchema(OutputContext.Default.ListInt32, """
        {"type":"object","properties":{"value":{"type":"array","items":{"type":"integer"}}},"required":["value"],"additionalProperties":false}
        """);

    [Fact]
    public void MovesTheRootOfAWrappedRecursionIntoDefinitions()
    {
        var schema = JsonNode.Parse(new StructuredOutput<List<TreeNode>>(OutputContext.Default.ListTreeNode).Schema.Utf8.Span)!;

        foreach (var reference in References(schema))
        {
            Assert.StartsWith("#/$defs/", reference, StringComparison.Ordinal);
            Assert.NotNull(SchemaPointer.Resolve(schema, reference));
        }

        Assert.NotEmpty(References(schema));
    }

    [Fact]
    public void MakesAlternativesOfPolymorphicTypes() => AssertSchema(OutputContext.Default.Shape, """
        {"type":"object","properties":{"value":{"anyOf":[
            {"type":"object","properties":{"kind":{"type":"string","const":"circle"},"radius":{"type":"number"}},"required":["kind","radius"],"additionalProperties":false},
            {"type":"object","properties":{"kind":{"type":"string","const":"square"},"side":{"type":"number"}},"required":["kind","side"],"additionalProperties":false}]}},
         "required":["value"],"additionalProperties":false}
        """);

    [Fact]
    public void ExplainsEnumsThatAreNumbers() => AssertSchema(OutputContext.Default.WithNumberedEnum, """
        {"type":"object","properties":{
            "level":{"type":"integer","enum":[1,5],"description":"1 = Low, 5 = High."},
            "other":{"type":["integer","null"],"enum":[1,5,null],"description":"1 = Low, 5 = High."}},
         "required":["level","other"],"additionalProperties":false}
        """);

    [Fact]
    public void RefusesDictionaries() => AssertRefused(OutputContext.Default.WithDictionary, "WithDictionary", "'inner.counts' is a dictionary");

    [Fact]
    public void RefusesValuesOfAnyKind() => AssertRefused(OutputContext.Default.WithAnything, "'things[]' may be any JSON value");

    [Fact]
    public void RefusesObjectsWithoutProperties() => AssertRefused(OutputContext.Default.WithJsonObject, "'free' is an object that names no properties");

    [Fact]
    public void RefusesDepth() => AssertRefused(OutputContext.Default.D1, "nested deeper than 10");

    [Fact]
    public void RefusesTooManyProperties()
    {
        var properties = new JsonObject();
        for (var i = 0; i <= SchemaLimits.MaxProperties; i++)
        {
            properties["p" + i] = new JsonObject { ["type"] = "string" };
        }

        var fault = Assert.Throws<ArgumentException>(() => Strict(new JsonObject { ["type"] = "object", ["properties"] = properties }));
        Assert.Contains("5001 properties", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"allOf":[]}}}""", "'a' uses 'allOf'")]
    [InlineData("""{"type":"object","properties":{"a":{"description":"free"}}}""", "'a' may be any JSON value")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"https://example.com/x"}}}""", "is referred to and not there")]
    [InlineData("""{"type":"object","additionalProperties":true}""", "it is a dictionary")]
    public void RefusesWhatItCannotSay(string schema, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Strict(JsonNode.Parse(schema)!)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"type":"string"}""", """{"type":["string","null"]}""")]
    [InlineData("""{"enum":["x","y"]}""", """{"enum":["x","y",null],"type":["string","null"]}""")]
    [InlineData("""{"const":1}""", """{"anyOf":[{"const":1,"type":"number"},{"type":"null"}]}""")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"integer"}]}""", """{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]}""")]
    [InlineData("""{"type":"string","format":"uri","title":"T"}""", """{"type":["string","null"],"description":"format: \"uri\"."}""")]
    [InlineData("""{"type":"string","pattern":"^(?!x)"}""", """{"type":["string","null"],"description":"pattern: \"^(?!x)\"."}""")]
    public void MakesOptionalPropertiesNullable(string property, string expected)
    {
        var strict = Strict(JsonNode.Parse("""{"type":"object","properties":{"a":""" + property + "}}")!);

        Assert.Equal(RawJson.Parse(expected), (RawJson)strict["properties"]!["a"]);
    }

    private static JsonObject Strict(JsonNode schema) => StrictSchema.Of(schema, "the test", nullableOptionals: true, out _);

    private static void AssertSchema<T>(JsonTypeInfo<T> type, string expected)
    {
        var schema = new StructuredOutput<T>(type).Schema;
        Assert.True(RawJson.Parse(expected) == schema, schema.ToString());
    }

    private static void AssertRefused<T>(JsonTypeInfo<T> type, params string[] parts)
    {
        var fault = Assert.Throws<ArgumentException>(() => new StructuredOutput<T>(type));
        Assert.All(parts, part => Assert.Contains(part, fault.Message, StringComparison.Ordinal));
    }

    private static List<string> References(JsonNode? node) => node switch
    {
        JsonObject schema => [.. schema.SelectMany(member => member.Key == "$ref" ? [(string)member.Value!] : References(member.Value))],
        JsonArray items => [.. items.SelectMany(References)],
        _ => [],
    };
}
