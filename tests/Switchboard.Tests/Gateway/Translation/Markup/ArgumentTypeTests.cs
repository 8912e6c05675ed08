namespace Switchboard.Tests.Gateway.Translation.Markup;

public sealed class ArgumentTypeTests
{
    [Theory]
    [InlineData("""{"type": "string"}""", "12", "\"12\"")]
    [InlineData("""{"type": "string"}""", "null", "\"null\"")]
    [InlineData("""{"type": "string"}""", "{\"a\": 1}", "\"{\\\"a\\\": 1}\"")]
    [InlineData("""{"type": "string"}""", "\n  two\nlines\n\n", "\"  two\\nlines\\n\"")]
    [InlineData("""{"type": "string"}""", "&lt;a&gt;", "\"&lt;a&gt;\"")]
    [InlineData("""{"type": "integer"}""", "\n12\n", "12")]
    [InlineData("""{"type": "integer"}""", "twelve", "\"twelve\"")]
    [InlineData("""{"type": "integer"}""", "12345678901234567890123", "12345678901234567890123")]
    [InlineData("""{"type": "number"}""", "-1.50", "-1.50")]
    [InlineData("""{"type": "number"}""", "1-2", "\"1-2\"")]
    [InlineData("""{"type": "boolean"}""", "True", "true")]
    [InlineData("""{"type": "boolean"}""", "yes", "\"yes\"")]
    [InlineData("""{"type": "array"}""", "[1, \"a\"]", "[1,\"a\"]")]
    [InlineData("""{"type": "array"}""", "['a', True, None]", "[\"a\",true,null]")]
    [InlineData("""{"type": "array"}""", "", "[]")]
    [InlineData("""{"type": "array"}""", "a, b", "\"a, b\"")]
    [InlineData("""{"type": "object"}""", "{'a': {'b': 'it\\'s'}}", "{\"a\":{\"b\":\"it's\"}}")]
    [InlineData("""{"type": "object"}""", "{broken", "\"{broken\"")]
    [InlineData("""{"type": ["integer", "null"]}""", "null", "null")]
    [InlineData("""{"type": ["integer", "null"]}""", "3", "3")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "null"}]}""", "None", "null")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "null"}]}""", "5", "\"5\"")]
    [InlineData("""{"oneOf": [{"type": "array"}, {"type": "string"}]}""", "[5]", "[5]")]
    [InlineData("""{"enum": ["a", "b"]}""", "a", "\"a\"")]
    [InlineData("""{"enum": [1, 2]}""", "1", "1")]
    [InlineData("""{"const": true}""", "true", "true")]
    [InlineData("""{"$ref": "#/$defs/Point"}""", "{\"x\": 1}", "{\"x\":1}")]
    [InlineData("""{"$ref": "#/$defs/Count"}""", "1", "1")]
    [InlineData("""{"$ref": "#/$defs/Loop"}""", "1", "\"1\"")]
    [InlineData("{}", "5", "\"5\"")]
    [InlineData("{}", "[5]", "[5]")]
    [InlineData("true", "{\"a\": 1}", "{\"a\":1}")]
    public void The_schema_tells_what_raw_text_is(string schema, string raw, string expected)
    {
        var tools = "[{\"type\": \"function\", \"function\": {\"name\": \"f\", \"parameters\": {\"type\": \"object\", \"properties\": {\"a\": " + schema
            + "}, \"$defs\": {\"Point\": {\"properties\": {\"x\": {}}}, \"Count\": {\"type\": \"integer\"}, \"Loop\": {\"$ref\": \"#/$defs/Loop\"}}}}}]";
        string[] call = [$"call: f {{\"a\":{expected}}}"];

        MarkupLog.Check(null, "qwen3_coder", $"<tool_call><function=f><parameter=a>{raw}</parameter></function></tool_call>", call, tools);
        MarkupLog.Check(null, "minimax_m2", $"<minimax:tool_call><invoke name=\"f\"><parameter name=\"a\">{raw}</parameter></invoke></minimax:tool_call>", call, tools);
        MarkupLog.Check(null, "glm47", $"<tool_call>f<arg_key>a</arg_key><arg_value>{raw}</arg_value></tool_call>", call, tools);
        MarkupLog.Check(null, "minimax_m3", $"]<]minimax[>[<tool_call>]<]minimax[>[<invoke name=\"f\">]<]minimax[>[<a>{raw}]<]minimax[>[</a>]<]minimax[>[</invoke>]<]minimax[>[</tool_call>", call, tools);
    }

    [Fact]
    public void Nested_elements_have_nested_schemas()
    {
        const string Tools = """[{"name": "f", "parameters": {"properties": {"l": {"type": "array", "items": {"type": "integer"}}, "o": {"type": "object", "properties": {"n": {"type": "number"}}, "additionalProperties": {"type": "boolean"}}}}}]""";
        const string Token = "]<]minimax[>[";
        const string Text = $"{Token}<tool_call>{Token}<invoke name=\"f\">{Token}<l>{Token}<item>1{Token}</item>{Token}<item>2{Token}</item>{Token}</l>{Token}<o>{Token}<n>1.5{Token}</n>{Token}<b>true{Token}</b>{Token}</o>{Token}</invoke>{Token}</tool_call>";

        MarkupLog.Check(null, "minimax_m3", Text, ["""call: f {"l":[1,2],"o":{"n":1.5,"b":true}}"""], Tools);
    }

    [Theory]
    [InlineData("llama3_json", """{"name": "g", "parameters": {}}""")]
    [InlineData("pythonic", "[g(a=1)]")]
    [InlineData("pythonic", "[f(a=1), g()]")]
    public void What_has_no_marker_is_a_call_of_known_tools_alone(string parser, string text) =>
        MarkupLog.Check(null, parser, text, [$"text: {text}"], """[{"type": "function", "function": {"name": "f"}}]""");

    [Fact]
    public void A_union_that_is_made_of_itself_is_looked_through_in_the_end()
    {
        var options = string.Join(',', Enumerable.Repeat("""{"$ref": "#/properties/a"}""", 100));
        var tools = """[{"function": {"name": "f", "parameters": {"properties": {"a": {"anyOf": [{"type": "integer"}, """ + options + "]}}}}}]";

        MarkupLog.Check(null, "qwen3_coder", "<function=f><parameter=a>1</parameter></function>", ["""call: f {"a":1}"""], tools);
    }

    [Fact]
    public void A_schema_that_cannot_be_read_makes_no_call()
    {
        const string Text = "<function=f><parameter=a>1</parameter></function> and on";

        MarkupLog.Check(null, "qwen3_coder", Text, [$"text: {Text}"], """[{"name": "f", "parameters": {"properties": {"a": {"type": "\ud800"}}}}]""");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""[1, {"function": 2}, {"name": 3}, {"name": "f", "parameters": 4}]""")]
    public void Tools_that_are_none_are_no_hindrance(string tools) =>
        MarkupLog.Check(null, "qwen3_coder", "<function=f><parameter=a>1</parameter></function>", ["""call: f {"a":"1"}"""], tools);
}
