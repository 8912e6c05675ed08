using Switchboard.Gateway.Guardrails.Schemas;

namespace Switchboard.Tests.Gateway.Guardrails;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":["string","null"]}""", "null", true)]
    [InlineData("""{"type":"integer"}""", "1.0", true)]
    [InlineData("""{"type":"integer"}""", "1.5", false)]
    [InlineData("""{"enum":["a",{"b":[1]}]}""", """{"b":[1]}""", true)]
    [InlineData("""{"enum":["a"]}""", "\"b\"", false)]
    [InlineData("""{"const":1}""", "1.0", true)]
    [InlineData("""{"items":{"type":"number"}}""", "[1,2]", true)]
    [InlineData("""{"items":{"type":"number"}}""", "[1,\"2\"]", false)]
    [InlineData("""{"prefixItems":[{"type":"string"}],"items":false}""", "[\"a\"]", true)]
    [InlineData("""{"prefixItems":[{"type":"string"}],"items":false}""", "[\"a\",1]", false)]
    [InlineData("""{"uniqueItems":true}""", "[1,1]", false)]
    [InlineData("""{"minItems":1,"maxItems":2}""", "[]", false)]
    [InlineData("""{"minItems":1,"maxItems":2}""", "[1,2,3]", false)]
    [InlineData("""{"minLength":2,"maxLength":2}""", "\"\ud83d\ude00x\"", true)]
    [InlineData("""{"maxLength":1}""", "\"ab\"", false)]
    [InlineData("""{"pattern":"^a+$"}""", "\"aaa\"", true)]
    [InlineData("""{"pattern":"^a+$"}""", "\"ab\"", false)]
    [InlineData("""{"exclusiveMinimum":1,"maximum":3,"multipleOf":0.1}""", "1.1", true)]
    [InlineData("""{"exclusiveMinimum":1}""", "1", false)]
    [InlineData("""{"multipleOf":0.1}""", "1.15", false)]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"number"}]}""", "true", false)]
    [InlineData("""{"oneOf":[{"type":"number"},{"minimum":5}]}""", "7", false)]
    [InlineData("""{"oneOf":[{"type":"number"},{"type":"string"}]}""", "7", true)]
    [InlineData("""{"allOf":[{"type":"number"},{"minimum":5}]}""", "4", false)]
    [InlineData("""{"not":{"type":"string"}}""", "\"a\"", false)]
    [InlineData("""{"properties":{"a":{"type":"string"}},"additionalProperties":{"type":"number"}}""", """{"a":"x","b":1}""", true)]
    [InlineData("""{"properties":{"a":{"type":"string"}},"additionalProperties":{"type":"number"}}""", """{"a":"x","b":"y"}""", false)]
    [InlineData("""{"$defs":{"node":{"properties":{"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["next"]}},"$ref":"#/$defs/node"}""", """{"next":{"next":null}}""", true)]
    [InlineData("""{"$defs":{"node":{"properties":{"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["next"],"type":"object"}},"$ref":"#/$defs/node"}""", """{"next":{"next":7}}""", false)]
    [InlineData("""{"$ref":"#"}""", "1", false)]
    [InlineData("""{"maxLength":1}""", """ "\ud83d" """, false)]
    [InlineData("""{"type":[1]}""", "1", false)]
    [InlineData("""{"properties":[],"additionalProperties":false}""", """{"a":1}""", false)]
    [InlineData("""{"items":[{"type":"string"}]}""", "[1]", false)]
    [InlineData("""{"patternProperties":{"^x-":{"type":"string"}}}""", """{"x-a":"b","c":1}""", true)]
    [InlineData("""{"patternProperties":{"^x-":{"type":"string"}}}""", """{"x-a":1}""", false)]
    [InlineData("""{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}""", """{"x-a":"b"}""", true)]
    [InlineData("""{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}""", """{"x-a":"b","y":1}""", false)]
    [InlineData("""{"properties":{"y":{}},"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}""", """{"x-a":"b","y":1}""", true)]
    [InlineData("""{"not":{"patternProperties":{"^x-":{"type":"string"}}}}""", """{"x-a":1}""", true)]
    [InlineData("""{"patternProperties":{"(?=a)":{"type":"string"}},"additionalProperties":false}""", """{"a":1}""", true)]
    public void A_value_is_of_its_schema_or_not(string schema, string value, bool isGood) =>
        Assert.Equal(isGood, JsonSchema.TryParse(schema, isStrict: false, out _)!.Check(value) is null);

    // What the specification knows and is not judged here leaves a value in doubt; what it does not know says nothing.
    [Theory]
    [InlineData("""{"not":{"contains":{"type":"string"}}}""", "[1]", true)]
    [InlineData("""{"not":{"contains":{"type":"string"}}}""", "1", false)]
    [InlineData("""{"not":{"type":"array","contains":{"type":"string"}}}""", "1", true)]
    [InlineData("""{"not":{"not":{"contains":{"type":"string"}}}}""", "[1]", true)]
    [InlineData("""{"not":{"pattern":"(?=b)"}}""", "\"a\"", true)]
    [InlineData("""{"not":{"$ref":"https://example.com/other"}}""", "1", true)]
    [InlineData("""{"not":{"if":{"type":"string"},"then":{"minLength":2}}}""", "\"a\"", true)]
    [InlineData("""{"not":{"x-note":"a"}}""", "1", false)]
    [InlineData("""{"not":{"allOf":[{"type":"string"},{"dependentRequired":{"a":["b"]}}]}}""", "\"a\"", false)]
    [InlineData("""{"oneOf":[{"type":"object","dependentRequired":{"a":["b"]}},{"type":"object"}]}""", """{"a":1}""", true)]
    [InlineData("""{"oneOf":[{"type":"object"},{"type":"object","x-note":"a"}]}""", """{"a":1}""", false)]
    [InlineData("""{"oneOf":[{"contains":{"type":"string"}},{"type":"array"},{"items":{"type":"number"}}]}""", "[1]", false)]
    [InlineData("""{"anyOf":[{"contains":{"type":"string"}},{"type":"string"}]}""", "[1]", true)]
    [InlineData("""{"not":{"anyOf":[{"contains":{"type":"string"}},{"type":"array"}]}}""", "[1]", false)]
    public void What_cannot_be_judged_refuses_no_value(string schema, string value, bool isGood) =>
        Assert.Equal(isGood, JsonSchema.TryParse(schema, isStrict: false, out _)!.Check(value) is null);

    [Theory]
    [InlineData("{", "It is not JSON, at line 1.")]
    [InlineData("[]", "A JSON object is expected.")]
    [InlineData("""{"properties":{"a":{"unevaluatedItems":false}}}""", "'unevaluatedItems' is not checked here.")]
    [InlineData("""{"anyOf":[{"pattern":"(?=a)"}]}""", "A 'pattern' is a regular expression without lookarounds and backreferences.")]
    [InlineData("""{"patternProperties":{"(?=a)":{}}}""", "A 'pattern' is a regular expression without lookarounds and backreferences.")]
    [InlineData("""{"patternProperties":{"a":{"contains":{}}}}""", "'contains' is not checked here.")]
    [InlineData("""{"items":{"$ref":"#/$defs/none"}}""", "A '$ref' points into the schema itself: #/$defs/name.")]
    [InlineData("""{"not":7}""", "A schema is an object, true or false, and no deeper than 128.")]
    public void A_schema_of_the_settings_says_what_is_wrong_with_it(string schema, string expected)
    {
        Assert.Null(JsonSchema.TryParse(schema, isStrict: true, out var fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void A_fault_never_repeats_the_answer()
    {
        var schema = JsonSchema.TryParse("""{"additionalProperties":false}""", isStrict: true, out _)!;

        Assert.DoesNotContain("planted", schema.Check("""{"planted":1}"""));
    }
}
