using Switchboard.Gateway.Translation.Markup;

namespace Switchboard.Tests.Gateway.Translation.Markup;

public sealed class ToolCallTests
{
    private const string Call = """{"name": "f", "arguments": {"a": "}\"]</tool_call> é🙂", "b": [{"c": {}}]}}""";
    private const string Arguments = """{"a": "}\"]</tool_call> é🙂", "b": [{"c": {}}]}""";
    private const string M3 = "]<]minimax[>[";

    public static TheoryData<string, string, string[]> Texts => new()
    {
        // JSON between markers.
        { "hermes", $"Let me see. <tool_call>\n{Call}\n</tool_call>\n<tool_call>{Call}</tool_call>\nDone.", ["text: Let me see. ", $"call: f {Arguments}", $"call: f {Arguments}", "text: Done."] },
        { "hermes", $"<tool_call>{Call}", [$"call: f {Arguments}"] },
        { "hermes", $"<tool_call>{Call}\n</tool_ca", [$"call: f {Arguments}"] },
        { "hermes", $"<tool_call>{Call}</tool_cast", [$"text: <tool_call>{Call}</tool_cast"] },
        { "hermes", """<tool_call>{"name": "f", "arguments": {"a": 1}""", ["""text: <tool_call>{"name": "f", "arguments": {"a": 1}"""] },
        { "hermes", "Write <tool_call> before {\"name\"} and <tool_call>{}</tool_call>, <tool", ["text: Write <tool_call> before {\"name\"} and <tool_call>{}</tool_call>, <tool"] },
        { "hermes", """<tool_call>{"name": "f", "arguments": {"a": 1} <tool_call>{"name": "g", "arguments": {}}</tool_call>""", ["""text: <tool_call>{"name": "f", "arguments": {"a": 1} """, "call: g {}"] },
        { "hermes", """<tool_call>{"name": "f", "arguments": {}} and on""", ["""text: <tool_call>{"name": "f", "arguments": {}} and on"""] },
        { "hermes", "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": \"1\n\t2\"}}</tool_call>", ["call: f {\"a\": \"1\\n\\t2\"}"] },
        { "hermes", """<tool_call>{"name": "f", "arguments": "{\"a\": 1}"}</tool_call>""", ["""call: f {"a": 1}"""] },
        { "hermes", """<tool_call>{"function": {"name": "f", "parameters": null}}</tool_call>""", ["call: f {}"] },
        { "hermes", """<tool_call>{"name": "\ud800", "arguments": {}}</tool_call>""", ["""text: <tool_call>{"name": "\ud800", "arguments": {}}</tool_call>"""] },
        { "hermes", """<tool_call>{"name": "f", "arguments": [1]}</tool_call>""", ["""text: <tool_call>{"name": "f", "arguments": [1]}</tool_call>"""] },
        { "hermes", """<tool_call>{"na\ud800": 1, "arguments": {}}</tool_call> and on""", ["""text: <tool_call>{"na\ud800": 1, "arguments": {}}</tool_call> and on"""] },
        { "qwen25", $"<tool_call>{Call}</tool_call>", [$"call: f {Arguments}"] },
        { "nemotron_deci", $"<TOOLCALL>[{Call}, {Call}]</TOOLCALL> ok", [$"call: f {Arguments}", $"call: f {Arguments}", "text: ok"] },
        { "nemotron_deci", $"<TOOLCALL>[{Call}, 1]</TOOLCALL>", [$"text: <TOOLCALL>[{Call}, 1]</TOOLCALL>"] },
        { "default", $"<TOOLCALL>[{Call}]</TOOLCALL><|python_tag|>{Call}", [$"call: f {Arguments}", $"call: f {Arguments}"] },
        { "default", "{\"name\": \"f\", \"arguments\": {}}", ["text: {\"name\": \"f\", \"arguments\": {}}"] },
        { "jamba", $" <tool_calls>[\n    {Call}\n]</tool_calls>", ["text:  ", $"call: f {Arguments}"] },
        { "phi4", $"I do. functools[{Call},{Call}] Well, functools is Python.", ["text: I do. ", $"call: f {Arguments}", $"call: f {Arguments}", "text: Well, functools is Python."] },
        { "llama3_json", $"<|python_tag|>{Call}; {Call}", [$"call: f {Arguments}", $"call: f {Arguments}"] },
        { "llama3_json", """ {"name": "f", "parameters": {"a": 1}}""", ["text:  ", """call: f {"a": 1}"""] },
        { "llama3_json", """{"name": "Bob", "age": 7} {"name": "f", "parameters": {}}""", ["""text: {"name": "Bob", "age": 7} {"name": "f", "parameters": {}}"""] },
        { "llama3_json", "<|python_tag|>print(1)", ["text: <|python_tag|>print(1)"] },
        { "llama3_json", $"<|python_tag|>{Call}; so", [$"call: f {Arguments}", "text: ; so"] },
        { "mistral", $"Ok [TOOL_CALLS] [{Call}][/TOOL_CALLS] then [1]", ["text: Ok ", $"call: f {Arguments}", "text: then [1]"] },
        { "mistral", $"[TOOL_CALLS][{Call}]\n[see]", [$"call: f {Arguments}", "text: [see]"] },
        { "mistral", """[TOOL_CALLS]add[ARGS]{"a": 3.5}[TOOL_CALLS]sub[CALL_ID]xYz[ARGS]{"b": "[ARGS]"}[TOOL_CALLS]mul{"c": 1}""", ["""call: add {"a": 3.5}""", """call: sub#xYz {"b": "[ARGS]"}""", """call: mul {"c": 1}"""] },
        { "mistral", "[TOOL_CALLS] are markers, [TOOL_CALLS]add[ARGS]{\"a\"", ["text: [TOOL_CALLS] are markers, [TOOL_CALLS]add[ARGS]{\"a\""] },

        // Python.
        { "pythonic", "Go [foo(a=1, b='x]\\'\\n', c=[1.5, -2], d={'k': None, \"l\": (True,)}), bar()] end", ["text: Go ", """call: foo {"a":1,"b":"x]'\n","c":[1.5,-2],"d":{"k":null,"l":[true]}}""", "call: bar {}", "text: end"] },
        { "pythonic", "<|python_start|>[foo(a=\"é🙂\")]<|python_end|>", ["""call: foo {"a":"é\uD83D\uDE42"}"""] },
        { "pythonic", "a [link](http://x), [f(x)], [1, 2], [f(x=y)], [f(a=1", ["text: a [link](http://x), [f(x)], [1, 2], [f(x=y)], [f(a=1"] },
        { "pythonic", "[f(a=12345678901234567890123, b=-7, c=007, d=0)]", ["""call: f {"a":12345678901234567890123,"b":-7,"c":7,"d":0}"""] },
        { "pythonic", "[[f(a=1)]", ["text: [", """call: f {"a":1}"""] },

        // Tags with parameters.
        { "qwen3_coder", "Ok\n<tool_call>\n<function=f>\n<parameter=a>\nx </tool_call> <b>\ny\n</parameter>\n<parameter=b>\n</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=g>\n</function>\n</tool_call>\nDone", ["text: Ok\n", "call: f {\"a\":\"x </tool_call> <b>\\ny\",\"b\":\"\"}", "call: g {}", "text: Done"] },
        { "qwen3_coder", "<function=f><parameter=a>1</parameter></function></tool_call> x", ["""call: f {"a":"1"}""", "text: x"] },
        { "qwen3_coder", "<tool_call><function=f><parameter=a>é🙂</parameter></function>", ["""call: f {"a":"é\uD83D\uDE42"}"""] },
        { "qwen3_coder", "<tool_call><function=f><parameter=a>1</parameter>", ["text: <tool_call><function=f><parameter=a>1</parameter>"] },
        { "qwen3_coder", "<tool_call><function=f><parameter=a></function></tool_call>", ["text: <tool_call><function=f><parameter=a></function></tool_call>"] },
        { "qwen3_coder", "A <tool_call> is no <function=f> or <function> call", ["text: A <tool_call> is no <function=f> or <function> call"] },
        { "nemotron_nano", "<tool_call><function=f><parameter=a>1</parameter><parameter=a>2</parameter></function></tool_call>", ["""call: f {"a":"2"}"""] },
        { "minimax_m2", "Ok\n<minimax:tool_call>\n<invoke name=\"f\">\n<parameter name=\"a\">x > \"y\"</parameter>\n<parameter name=\"b\">[1, {\"c\": \"</invoke>\"}]</parameter>\n</invoke>\n<invoke name='g'>\n</invoke>\n</minimax:tool_call>\nDone", ["text: Ok\n", """call: f {"a":"x > \"y\"","b":[1,{"c":"</invoke>"}]}""", "call: g {}", "text: Done"] },
        { "minimax_m2", "<minimax:tool_call><invoke name=\"f\"></invoke>\n", ["call: f {}"] },
        { "minimax_m2", "<minimax:tool_call><invoke name=\"f\"></invoke>\n</mini", ["call: f {}"] },
        { "minimax_m2", "<minimax:tool_call><invoke name=\"f\"></invoke>oops", ["call: f {}", "text: oops"] },
        { "minimax_m2", "<invoke name=\"f\"><parameter name=\"a\">1", ["text: <invoke name=\"f\"><parameter name=\"a\">1"] },
        { "deepseek_v3_2", "Ok<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"f\">\n<｜DSML｜parameter name=\"a\" string=\"true\">12</｜DSML｜parameter>\n<｜DSML｜parameter name=\"b\" string=\"false\">{\"c\": [1, true]}</｜DSML｜parameter>\n<｜DSML｜parameter name=\"d\" string=\"false\">x</｜DSML｜parameter>\n</｜DSML｜invoke>\n<｜DSML｜invoke name=\"g\">\n</｜DSML｜invoke>\n</｜DSML｜function_calls>", ["text: Ok", """call: f {"a":"12","b":{"c":[1,true]},"d":"x"}""", "call: g {}"] },
        { "deepseek_v3_2", "<｜DSML｜tool_calls> <｜ <｜DSML｜function", ["text: <｜DSML｜tool_calls> <｜ <｜DSML｜function"] },
        { "deepseek_v4", "<｜DSML｜tool_calls><｜DSML｜invoke name=\"f\"><｜DSML｜parameter name=\"a\" string=\"true\">\nkeeps lines\n</｜DSML｜parameter></｜DSML｜invoke>", ["call: f {\"a\":\"\\nkeeps lines\\n\"}"] },
        { "deepseek-v4", "<｜DSML｜invoke name=\"f\"></｜DSML｜invoke> x", ["call: f {}", "text: x"] },
        { "deepseekv4", "<｜DSML｜tool_calls></｜DSML｜tool_calls>x", ["text: x"] },
        { "glm47", "Ok <tool_call>f\n<arg_key>a</arg_key>\n<arg_value>北京 </tool_call></arg_value>\n<arg_key>b</arg_key><arg_value>{\"c\": 1}</arg_value>\n</tool_call><tool_call>g</tool_call> ok", ["text: Ok ", """call: f {"a":"北京 </tool_call>","b":{"c":1}}""", "call: g {}", "text: ok"] },
        { "glm47", "<tool_call>f<arg_key>a</arg_key><arg_value>1</arg_value>", ["""call: f {"a":"1"}"""] },
        { "glm47", "<tool_call>f<arg_key>a</arg_key><arg_value>1", ["text: <tool_call>f<arg_key>a</arg_key><arg_value>1"] },
        { "glm47", "<tool_call>f<arg_key>a</arg_key><arg_value>1</arg_value>\n</tool_", ["""call: f {"a":"1"}"""] },
        { "glm47", "<tool_call>f", ["text: <tool_call>f"] },
        { "glm47", "A <tool_call> is a tag, <tool_call>f<arg_key></arg_key></tool_call> none", ["text: A <tool_call> is a tag, <tool_call>f<arg_key></arg_key></tool_call> none"] },
        { "minimax_m3", $"Ok{M3}<tool_call>\n{M3}<invoke name=\"f\">{M3}<a>x{M3}</a>{M3}<b>{M3}<item>1{M3}</item>{M3}<item>2{M3}</item>{M3}</b>{M3}<c>{M3}<d>é{M3}</d>{M3}</c>{M3}</invoke>\n{M3}<invoke name=\"g\">{M3}</invoke>\n{M3}</tool_call> end", ["text: Ok", """call: f {"a":"x","b":["1","2"],"c":{"d":"é"}}""", "call: g {}", "text: end"] },
        { "minimax_m3", $"{M3}<tool_call>{M3}<invoke name=\"f\">{M3}<a>1{M3}</b>{M3}</invoke>", [$"text: {M3}<tool_call>{M3}<invoke name=\"f\">{M3}<a>1{M3}</b>{M3}</invoke>"] },
        { "minimax_m3", $"{M3}<tool_call>{M3}<invoke name=\"f\">{M3}</invoke>", ["call: f {}"] },
        { "minimax-m3", "<minimax:tool_call><invoke name=\"f\"></invoke></minimax:tool_call>", ["call: f {}"] },

        // Special tokens.
        { "deepseek_v3", "Ok <｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{\"a\": \"```\"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>g\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>", ["text: Ok ", """call: f {"a": "```"}""", "call: g {}"] },
        { "deepseek_v3_1", $"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>{Arguments}<｜tool▁call▁end｜><｜tool▁call▁begin｜>g<｜tool▁sep｜>{{}}<｜tool▁call▁end｜><｜tool▁calls▁end｜>x", [$"call: f {Arguments}", "call: g {}", "text: x"] },
        { "deepseek_v3_1", "<｜tool▁call▁begin｜>f<｜tool▁sep｜>{}", ["call: f {}"] },
        { "deepseek_v3_1", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>no JSON<｜tool▁call▁end｜>", ["text: <｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>no JSON<｜tool▁call▁end｜>"] },
        { "kimi_k2", "Ok<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{\"a\": \"<|tool_call_end|>\"}<|tool_call_end|>\n<|tool_call_begin|>g.h:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|> end", ["text: Ok", """call: f#functions.f:0 {"a": "<|tool_call_end|>"}""", "call: g.h#g.h:1 {}", "text: end"] },
        { "kimi_k2", "<|tool_call_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_call_section_end|>", ["call: f#functions.f:0 {}"] },
        { "kimi_k2", "<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{}<|tool_call_end|>", ["call: f#functions.f:0 {}"] },
        { "kimi_k2", "<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_call_sec", ["call: f#functions.f:0 {}"] },
        { "kimi_k2", "<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{\"a", ["text: <|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{\"a"] },
        { "gemma4", "Ok <|tool_call>call:f{a:<|\"|>x}, <b> {é🙂<|\"|>,n:-1.5,t:true,z:null,l:[1,<|\"|>y<|\"|>],o:{k:<|\"|><|\"|>}}<tool_call|><|tool_call>call:g{}<tool_call|>", ["text: Ok ", """call: f {"a":"x}, <b> {é\uD83D\uDE42","n":-1.5,"t":true,"z":null,"l":[1,"y"],"o":{"k":""}}""", "call: g {}"] },
        { "gemma-4", "<|tool_call>call:f{a:1}", ["""call: f {"a":1}"""] },
        { "gemma4", "<|tool_call>call:f{a:1}<tool_", ["""call: f {"a":1}"""] },
        { "gemma4", "<|tool_call>call:f{a:<|\"|>cut", ["text: <|tool_call>call:f{a:<|\"|>cut"] },
        { "gemma4", "<|tool_call>not so<tool_call|>", ["text: <|tool_call>not so<tool_call|>"] },
        { "harmony", "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{\"a\": \"<|call|>\"}<|call|><|start|>assistant to=functions.g<|channel|>commentary json<|message|>{}<|call|>", ["text: Hm.", """call: f {"a": "<|call|>"}""", "call: g {}"] },
        { "harmony", "<|channel|>commentary to=functions.f <|constrain|>json<|message|>{\"a\": 1}", ["""call: f {"a": 1}"""] },
        { "harmony", "<|channel|>commentary to=functions.f <|constrain|>json<|message|>{\"a\": 1", ["text: <|channel|>commentary to=functions.f <|constrain|>json<|message|>{\"a\": 1"] },
        { "harmony", "<|channel|>final<|message|>Use <|channel|> and <|startle|>.<|return|>", ["text: Use <|channel|> and <|startle|>."] },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Calls_are_told_from_text_wherever_it_is_cut(string parser, string text, string[] expected) => MarkupLog.Check(null, parser, text, expected);

    [Fact]
    public void Every_parser_has_an_example()
    {
        var examples = Texts.Select(row => row.Data.Item1);

        Assert.Empty(MarkupFormat.ToolParsers.Except(examples, StringComparer.OrdinalIgnoreCase));
    }
}
