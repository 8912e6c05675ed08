using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Guardrails.Texts;

/// <summary>Where the texts of requests lie.</summary>
internal static class RequestTexts
{
    private static readonly TextMap s_chat = new TextMap()
        .With(
            TextRole.Content,
            "messages[].content",
            "messages[].content[].text",
            "messages[].content[].refusal",
            "messages[].refusal",
            "prediction.content",
            "prediction.content[].text")
        .With(TextRole.Arguments, "messages[].tool_calls[].function.arguments", "messages[].tool_calls[].custom.input", "messages[].function_call.arguments");

    private static readonly TextMap s_responses = new TextMap()
        .With(
            TextRole.Content,
            "instructions",
            "input",
            "input[].content",
            "input[].content[].text",
            "input[].content[].refusal",
            "input[].output",
            "input[].output[].text",
            "prompt.variables.**")
        .With(TextRole.Arguments, "input[].arguments", "input[].input");

    private static readonly TextMap s_prompt = new TextMap().With(TextRole.Content, "prompt", "prompt[]", "suffix");

    private static readonly TextMap s_input = new TextMap().With(TextRole.Content, "input", "input[]", "input[].text", "input[].content[].text", "instructions");

    private static readonly TextMap s_rerank = new TextMap().With(TextRole.Content, "query", "query.**", "documents[]", "documents[].**");

    private static readonly TextMap s_anthropic = new TextMap()
        .With(
            TextRole.Content,
            "system",
            "system[].text",
            "messages[].content",
            "messages[].content[].text",
            "messages[].content[].content",
            "messages[].content[].content[].text",
            "messages[].content[].content[].source.data{type=text}",
            "messages[].content[].source.data{type=text}",
            "messages[].content[].source.content",
            "messages[].content[].source.content[].text",
            "messages[].content[].context",
            "messages[].content[].title")
        .With(TextRole.Arguments, "messages[].content[].input.**");

    private static readonly TextMap s_gemini = Gemini("");

    private static readonly TextMap s_geminiCount = Gemini("generateContentRequest.");

    /// <summary>Where the texts of a request lie; null where none are looked at.</summary>
    public static TextMap? Of(ApiOperation operation) => operation switch
    {
        ApiOperation.ChatCompletions or ApiOperation.CountTokens => s_chat,
        ApiOperation.Responses => s_responses,
        ApiOperation.Completions or ApiOperation.ImageGenerations or ApiOperation.ImageEdits => s_prompt,
        ApiOperation.Embeddings or ApiOperation.Moderations or ApiOperation.Speech => s_input,
        ApiOperation.Rerank => s_rerank,
        _ => null,
    };

    /// <summary>Where they lie in the request of a caller that speaks another dialect, which may go to a provider as it came; null where it cannot.</summary>
    public static TextMap? Of(CallOrigin? origin) => origin?.Dialect switch
    {
        ApiDialect.Anthropic => s_anthropic,
        ApiDialect.Gemini => origin.Path == "countTokens" ? s_geminiCount : s_gemini,
        _ => null,
    };

    private static TextMap Gemini(string before)
    {
        var map = new TextMap();
        foreach (var root in before.Length == 0 ? [""] : (string[])["", before])
        {
            foreach (var parts in (string[])["systemInstruction.parts[]", "system_instruction.parts[]", "contents[].parts[]", "contents.parts[]"])
            {
                var path = root + parts;
                map.With(TextRole.Content, $"{path}.text", $"{path}.codeExecutionResult.output", $"{path}.code_execution_result.output");
                map.With(TextRole.Content, $"{path}.functionResponse.response.**", $"{path}.function_response.response.**");
                map.With(TextRole.Arguments, $"{path}.functionCall.args.**", $"{path}.function_call.args.**", $"{path}.executableCode.code", $"{path}.executable_code.code");
            }
        }

        return map;
    }
}
