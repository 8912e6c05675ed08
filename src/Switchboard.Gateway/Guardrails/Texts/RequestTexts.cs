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
            "prediction.content[].text",
            "documents[].**",
            "chat_template",
            "chat_template_kwargs.**")
        .With(
            TextRole.Arguments,
            "messages[].tool_calls[].function.arguments.**",
            "messages[].tool_calls[].custom.input",
            "messages[].function_call.arguments.**")
        .With(
            TextRole.Reasoning,
            "messages[].reasoning_content",
            "messages[].reasoning",
            "messages[].thinking",
            "messages[].reasoning_details[].text",
            "messages[].reasoning_details[].summary",
            "messages[].content[].thinking",
            "messages[].content[].thinking[].text");

    private static readonly TextMap s_responses = new TextMap()
        .With(TextRole.Content, "instructions", "input", "input[]", "prompt.variables.**")
        .WithItem("input[]")
        .WithItem("items[]");

    private static readonly TextMap s_prompt = new TextMap().With(TextRole.Content, "prompt", "prompt[]", "suffix", "negative_prompt");

    private static readonly TextMap s_input = new TextMap().With(TextRole.Content, "input", "input[]", "input[].text", "input[].content", "input[].content[].text", "instructions");

    private static readonly TextMap s_rerank = new TextMap().With(TextRole.Content, "query", "query.**", "documents[]", "documents[].**");

    private static readonly TextMap s_anthropic = new TextMap()
        .With(TextRole.Content, "system", "messages[].content")
        .WithBlock("system[]", 0)
        .WithBlock("messages[].content[]", BlockTexts.Deepest);

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

    /// <summary>Where they lie in a body that is only passed on, and goes to a model then or later: that of a call about conversations and responses; null where none are looked at.</summary>
    public static TextMap? OfUpload(GatewayCall call) =>
        call is { Operation: ApiOperation.Other, Upload: not null } && call.Method == HttpMethod.Post
        && call.Path.Split('?')[0].Split('/') is ["conversations"] or ["conversations", _, "items"] or ["responses", "compact" or "input_tokens"]
            ? s_responses
            : null;

    private static TextMap Gemini(string before)
    {
        var map = new TextMap();
        foreach (var root in before.Length == 0 ? [""] : (string[])["", before])
        {
            foreach (var content in (string[])["systemInstruction", "system_instruction", "contents[]"])
            {
                var path = $"{root}{content}.parts[]";
                map.With(TextRole.Content, root + content, path, $"{path}.text", $"{path}.codeExecutionResult.output", $"{path}.code_execution_result.output");
                map.With(TextRole.Content, $"{path}.functionResponse.response.**", $"{path}.function_response.response.**");
                map.With(TextRole.Arguments, $"{path}.functionCall.args.**", $"{path}.function_call.args.**", $"{path}.executableCode.code", $"{path}.executable_code.code");
            }
        }

        return map;
    }
}
