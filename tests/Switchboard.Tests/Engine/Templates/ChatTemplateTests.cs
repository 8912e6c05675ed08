using System.Globalization;
using Switchboard.Engine;
using Switchboard.Engine.Templates;

namespace Switchboard.Tests.Engine.Templates;

/// <summary>Templates as the model families write them, and what the families' own libraries make of them.</summary>
public sealed class ChatTemplateTests
{
    private const string Llama3 =
        "{{- bos_token }}\n{%- if not date_string is defined %}\n    {%- if strftime_now is defined %}\n        {%- set date_string = strftime_now(\"%d %b %Y\") %}\n    {%- else %}\n        {%- set date_string = \"26 Jul 2024\" %}\n    {%- endif %}\n{%- endif %}\n{%- if not tools is defined %}\n    {%- set tools = none %}\n{%- endif %}\n\n{#- This block extracts the system message, so we can slot it into the right place. #}\n{%- if messages[0]['role'] == 'system' %}\n    {%- set system_message = messages[0]['content']|trim %}\n    {%- set messages = messages[1:] %}\n{%- else %}\n    {%- set system_message = \"\" %}\n{%- endif %}\n\n{#- System message #}\n{{- \"<|start_header_id|>system<|end_header_id|>\\n\\n\" }}\n{%- if tools is not none %}\n    {{- \"Environment: ipython\\n\" }}\n{%- endif %}\n{{- \"Cutting Knowledge Date: December 2023\\n\" }}\n{{- \"Today Date: \" + date_string + \"\\n\\n\" }}\n{{- system_message }}\n{{- \"<|eot_id|>\" }}\n\n{%- for message in messages %}\n    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}\n        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}\n    {%- elif 'tool_calls' in message %}\n        {%- if not message.tool_calls|length == 1 %}\n            {{- raise_exception(\"This model only supports single tool-calls at once!\") }}\n        {%- endif %}\n    {%- endif %}\n{%- endfor %}\n{%- if add_generation_prompt %}\n    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}\n{%- endif %}\n";

    private const string SmolLm2 =
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    private const string Zephyr =
        "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}";

    private const string Mistral =
        "{%- if messages[0][\"role\"] == \"system\" %}\n    {%- set system_message = messages[0][\"content\"] %}\n    {%- set loop_messages = messages[1:] %}\n{%- else %}\n    {%- set loop_messages = messages %}\n{%- endif %}\n{%- set ns = namespace() %}\n{%- set ns.index = 0 %}\n{%- for message in loop_messages %}\n    {%- if not (message.role == \"tool\" or message.role == \"tool_results\" or (message.tool_calls is defined and message.tool_calls is not none)) %}\n        {%- if (message[\"role\"] == \"user\") != (ns.index % 2 == 0) %}\n            {{- raise_exception(\"After the optional system message, conversation roles must alternate user/assistant/user/assistant/...\") }}\n        {%- endif %}\n        {%- set ns.index = ns.index + 1 %}\n    {%- endif %}\n{%- endfor %}\n\n{{- bos_token }}\n{%- for message in loop_messages %}\n    {%- if message[\"role\"] == \"user\" %}\n        {%- if loop.last and system_message is defined %}\n            {{- \"[INST] \" + system_message + \"\\n\\n\" + message[\"content\"] + \"[/INST]\" }}\n        {%- else %}\n            {{- \"[INST] \" + message[\"content\"] + \"[/INST]\" }}\n        {%- endif %}\n    {%- elif message[\"role\"] == \"assistant\" %}\n        {{- \" \" + message[\"content\"]|trim + eos_token}}\n    {%- endif %}\n{%- endfor %}\n";

    private const string Qwen2 =
        "{%- if tools %}\n    {{- '<|im_start|>system\\n' }}\n    {%- for tool in tools %}\n        {{- tool | tojson }}\n    {%- endfor %}\n{%- else %}\n    {%- if messages[0]['role'] == 'system' %}\n        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}\n    {%- else %}\n        {{- '<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\\n' }}\n    {%- endif %}\n{%- endif %}\n{%- for message in messages %}\n    {%- if (message.role == \"user\") or (message.role == \"system\" and not loop.first) or (message.role == \"assistant\" and not message.tool_calls) %}\n        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}\n    {%- elif message.role == \"assistant\" %}\n        {{- '<|im_start|>' + message.role }}\n    {%- endif %}\n{%- endfor %}\n{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\\n' }}\n{%- endif %}\n";

    private static readonly ChatTurn[] s_turns = [new("system", " Be brief. "), new("user", "Hi\n"), new("assistant", " Hello! "), new("user", "Bye")];

    [Fact]
    public void Llama_3() => Assert.Equal(
        "<s><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 02 Mar 2026\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello!<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
        Render(Llama3, s_turns));

    [Fact]
    public void SmolLM2() => Assert.Equal(
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
        Render(SmolLm2, [new("user", "Hi")]));

    [Fact]
    public void TinyLlama_as_Zephyr() => Assert.Equal(
        "<|system|>\n Be brief. </s>\n<|user|>\nHi\n</s>\n<|assistant|>\n Hello! </s>\n<|user|>\nBye</s>\n<|assistant|>\n",
        Render(Zephyr, s_turns));

    [Fact]
    public void Mistral_instruct() => Assert.Equal(
        "<s>[INST] Hi\n[/INST] Hello!</s>[INST]  Be brief. \n\nBye[/INST]",
        Render(Mistral, s_turns));

    [Fact]
    public void Mistral_refuses_roles_that_do_not_alternate()
    {
        var fault = Assert.Throws<ChatTemplateException>(() => Render(Mistral, [new("user", "a"), new("user", "b")]));

        Assert.Contains("must alternate", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Qwen_2() => Assert.Equal(
        "<|im_start|>system\n Be brief. <|im_end|>\n<|im_start|>user\nHi\n<|im_end|>\n<|im_start|>assistant\n Hello! <|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n",
        Render(Qwen2, s_turns));

    [Fact]
    public void A_model_without_a_template_gets_a_plain_transcript() => Assert.Equal(
        "user: Hi\nassistant:",
        new ChatTemplate(null, "<s>", "</s>", TimeProvider.System).Render([new("user", "Hi")], true).Value);

    [Theory]
    [InlineData("{{ 1 + 2 * 3 ~ 'x' }}", "fault")]
    [InlineData("{{ 'a' ~ 1 + 2 }}", "fault")]
    [InlineData("{{ 1 + 2 * 3 }}|{{ 7 // 2 }}|{{ -7 // 2 }}|{{ -7 % 3 }}|{{ 7 / 2 }}|{{ 2 ** 3 }}", "7|3|-4|2|3.5|8.0")]
    [InlineData("{{ not true or true }}|{{ 1 < 2 and 2 <= 2 }}|{{ 'a' in 'abc' }}|{{ 'z' not in ['a'] }}", "True|True|True|True")]
    [InlineData("{{ 'a' if false else 'b' }}|{{ 'a' if false }}|{{ none }}|{{ missing }}", "b||None|")]
    [InlineData("{{ 'abc'[1] }}|{{ 'abc'[-1] }}|{{ 'abcdef'[1:4] }}|{{ 'abc'[::-1] }}|{{ [1,2,3][1:] }}|{{ 'abc'[5:] }}", "b|c|bcd|cba|[2, 3]|")]
    [InlineData("{{ ' x '.strip() }}|{{ 'a-b-c'.split('-')[1] }}|{{ 'abc'.startswith('ab') }}|{{ 'abc'.endswith(('x', 'c')) }}", "x|b|True|True")]
    [InlineData("{{ 'xxabxx'.strip('x') }}|{{ 'xxabxx'.lstrip('x') }}|{{ 'Ab' | upper }}|{{ 'Ab' | lower }}|{{ 'ab cd'.title() }}|{{ 'aB' | capitalize }}", "ab|abxx|AB|ab|Ab Cd|Ab")]
    [InlineData("{{ [1, 'a', none, true, 1.5, {'k': 'v'}] | tojson }}", "[1, \"a\", null, true, 1.5, {\"k\": \"v\"}]")]
    [InlineData("{{ {'a': [1]} | tojson(indent=2) }}", "{\n  \"a\": [\n    1\n  ]\n}")]
    [InlineData("{{ x | default('d') }}|{{ '' | default('d') }}|{{ '' | default('d', true) }}|{{ 'abc' | length }}|{{ [1,2] | join(', ') }}", "d||d|3|1, 2")]
    [InlineData("{% for i in range(3) %}{{ loop.index }}{{ loop.last }}{% if not loop.last %},{% endif %}{% endfor %}", "1False,2False,3True")]
    [InlineData("{% for i in [] %}x{% else %}none{% endfor %}|{% for i in [1,2,3,4] if i is even %}{{ i }}{% endfor %}", "none|24")]
    [InlineData("{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "02")]
    [InlineData("{% for k, v in {'a': 1}.items() %}{{ k }}={{ v }}{% endfor %}", "a=1")]
    [InlineData("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}", "1")]
    [InlineData("{% set ns = namespace(x=1) %}{% for i in [1] %}{% set ns.x = 2 %}{% endfor %}{{ ns.x }}", "2")]
    [InlineData("a\n  {% if true %}\nb\n  {% endif %}\nc", "a\nb\nc")]
    [InlineData("a  {%- if true -%}  b  {%- endif -%}  c", "abc")]
    [InlineData("a\n{# comment #}\nb {{- ' c' }}", "a\nb c")]
    [InlineData("{{ messages | selectattr('role', 'equalto', 'user') | list | length }}", "1")]
    [InlineData("{{ 'a' 'b' }}|{{ '\\'\\n\\x' }}|{{ \"q\\\"\" }}", "ab|'\n\\x|q\"")]
    [InlineData("{{ 3 is odd }}|{{ 'a' is string }}|{{ x is defined }}|{{ none is none }}|{{ {} is mapping }}|{{ 4 is divisibleby 2 }}", "True|True|False|True|True|True")]
    [InlineData("{% generation %}a{% endgeneration %}", "a")]
    [InlineData("{{ 'a' * 3 }}|{{ '5' | int + 1 }}|{{ '2.5' | float }}|{{ -3 | abs }}", "aaa|6|2.5|3")]
    public void The_language_means_what_it_means_in_Jinja(string template, string expected)
    {
        if (expected == "fault")
        {
            Assert.Throws<ChatTemplateException>(() => Render(template, [new("user", "Hi")]));
        }
        else
        {
            Assert.Equal(expected, Render(template, [new("user", "Hi")]));
        }
    }

    [Theory]
    [InlineData("{% if %}")]
    [InlineData("{{ 1 +")]
    [InlineData("{% for x in messages %}")]
    [InlineData("{{ 'abc }}")]
    [InlineData("{% endif %}")]
    [InlineData("{% macro f() %}{% endmacro %}")]
    [InlineData("{{ messages | nonsense }}")]
    [InlineData("{{ missing.member }}")]
    [InlineData("{{ missing() }}")]
    [InlineData("{{ 'a'.explode() }}")]
    [InlineData("{{ 1 // 0 }}")]
    [InlineData("{{ range(1, 2, 0) }}")]
    [InlineData("{{ 'a' < 1 }}")]
    [InlineData("{# never closed")]
    [InlineData("{{ ` }}")]
    [InlineData("{% set messages.x = 1 %}")]
    [InlineData("{{ {'a': } }}")]
    [InlineData("{{ [1, 2 }}")]
    [InlineData("{{ 'x'[1:2:3:4] }}")]
    public void A_broken_template_is_refused_with_a_reason(string template) =>
        Assert.Throws<ChatTemplateException>(() => Render(template, [new("user", "Hi")]));

    [Theory]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}")]
    [InlineData("{% for a in range(99999) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' * 999 }}{% endfor %}")]
    [InlineData("{{ 'x' * 2000000000 }}")]
    [InlineData("{{ ('x' * 99999) | replace('x', 'y' * 99999) }}")]
    [InlineData("{% set ns = namespace(s='x') %}{% for a in range(999) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s=[1]) %}{% for a in range(999) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace() %}{% set ns.s = ns %}{{ ns | tojson }}")]
    [InlineData("{% set ns = namespace() %}{% set ns.s = ns %}{{ ns == ns }}{{ [ns] == [ns] }}")]
    [InlineData("{{ range(0, 9999999999) }}")]
    public void A_hostile_template_ends_soon(string template) =>
        Assert.Throws<ChatTemplateException>(() => Render(template, [new("user", "Hi")]));

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("not ")]
    [InlineData("-")]
    [InlineData("a.")]
    [InlineData("1 + ")]
    [InlineData("a(")]
    [InlineData("a|b(")]
    [InlineData("1 if ")]
    [InlineData("1 if 1 else ")]
    [InlineData("{'a':")]
    public void Deep_nesting_does_not_overflow_the_stack(string part) =>
        Assert.Throws<ChatTemplateException>(() => Render("{{ " + string.Concat(Enumerable.Repeat(part, 50_000)) + "1 }}", [new("user", "Hi")]));

    [Fact]
    public void Deep_blocks_do_not_overflow_the_stack() => Assert.Throws<ChatTemplateException>(() =>
        Render(string.Concat(Enumerable.Repeat("{% if true %}", 50_000)) + string.Concat(Enumerable.Repeat("{% endif %}", 50_000)), [new("user", "Hi")]));

    [Fact]
    public void Random_templates_end_with_text_or_a_reason()
    {
        string[] parts = ["{{", "}}", "{%", "%}", "{#", "#}", " if ", " for ", " in ", "endif", "endfor", "set", "x", "messages", "=", "(", ")", "[", "]", "'", "|", "trim", ".", "-", "1", ":", ",", "\n", "loop", "not", "is", "defined", "{", "}", "~", "range(9)"];
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var template = string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ => parts[random.Next(parts.Length)]));

            _ = Record.Exception(() => Render(template, [new("user", "Hi")])) is null or ChatTemplateException
                ? 0
                : throw new InvalidOperationException(template);
        }
    }

    private static string Render(string template, ChatTurn[] turns) =>
        new ChatTemplate(template, "<s>", "</s>", new FixedClock()).Render(turns, addGenerationPrompt: true).Value;

    private sealed class FixedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.Parse("2026-03-02T12:00:00Z", CultureInfo.InvariantCulture);
    }
}
