#pragma warning disable MEAI001 // What is tested is experimental.
using Microsoft.Extensions.AI;
using Switchboard.Protocol.Responses;

namespace Switchboard.Tests.Client.ExtensionsAI;

public sealed class ResponsesChatClientTests
{
    [Fact]
    public async Task Messages_tools_and_options_are_sent_as_the_api_has_them()
    {
        await using var recorded = new Recorded("ResponsesTests/MaxTokens");

        await recorded.Client.AsResponsesChatClient("m").GetResponseAsync(
            [
                new(ChatRole.User, [
                    new Microsoft.Extensions.AI.TextContent("Look:"), new UriContent("https://host/a.png", "image/png"), new HostedFileContent("file-i") { MediaType = "image/png" },
                    new HostedFileContent("file-1"), new DataContent(new byte[] { 4 }, "application/pdf"), new UriContent("https://host/a.pdf", "application/pdf")]),
                new(ChatRole.Assistant, [new TextReasoningContent("Hm.") { ProtectedData = "enc" }, new Microsoft.Extensions.AI.TextContent("Yes."), new FunctionCallContent("c", "f")]),
                new(ChatRole.Tool, [new FunctionResultContent("c", "done")]),
                new(ChatRole.User, [new ToolApprovalResponseContent("mcpr_1", true, new McpServerToolCallContent("mcpr_1", "t", "s"))]),
            ],
            new ChatOptions
            {
                ConversationId = "resp_1", Instructions = "Short.", Temperature = 0.7f, MaxOutputTokens = 9, ToolMode = ChatToolMode.RequireAny, AllowMultipleToolCalls = true,
                Reasoning = new() { Effort = Microsoft.Extensions.AI.ReasoningEffort.Low, Output = ReasoningOutput.Full },
                ResponseFormat = ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonElement.Parse("""{"type":"object"}""")),
                Tools =
                [
                    new HostedWebSearchTool(), new HostedCodeInterpreterTool { Inputs = [new HostedFileContent("file-2")] },
                    new HostedFileSearchTool { Inputs = [new HostedVectorStoreContent("vs_1")], MaximumResultCount = 3 },
                    new HostedMcpServerTool("label", "https://mcp.host") { AllowedTools = ["t"], ApprovalMode = HostedMcpServerToolApprovalMode.NeverRequire, Headers = new Dictionary<string, string> { ["X"] = "1" } },
                    new HostedMcpServerTool("drop", "connector_dropbox") { ApprovalMode = HostedMcpServerToolApprovalMode.RequireSpecific(["a"], ["b"]) },
                    new HostedImageGenerationTool { Options = new() { MediaType = "image/webp", ImageSize = new(1024, 1536) } },
                ],
                AdditionalProperties = new() { ["truncation"] = "auto" },
            },
            Recorded.Token);

        recorded.AssertSent("""
            {"model":"m","input":[
              {"type":"message","role":"user","content":[{"type":"input_text","text":"Look:"},{"type":"input_image","image_url":"https://host/a.png"},{"type":"input_image","file_id":"file-i"},
                {"type":"input_file","file_id":"file-1"},{"type":"input_file","file_data":"data:application/pdf;base64,BA==","filename":"file.pdf"},{"type":"input_file","file_url":"https://host/a.pdf"}]},
              {"type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}],"encrypted_content":"enc"},
              {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Yes."}]},
              {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
              {"type":"function_call_output","call_id":"c","output":"done"},
              {"type":"mcp_approval_response","approval_request_id":"mcpr_1","approve":true}],
             "previous_response_id":"resp_1","instructions":"Short.","temperature":0.7,"max_output_tokens":9,"tool_choice":"required","parallel_tool_calls":true,"reasoning":{"effort":"low","summary":"detailed"},
             "text":{"format":{"type":"json_schema","name":"answer","schema":{"type":"object"}}},
             "tools":[{"type":"web_search"},{"type":"code_interpreter","container":{"type":"auto","file_ids":["file-2"]}},{"type":"file_search","vector_store_ids":["vs_1"],"max_num_results":3},
              {"type":"mcp","server_label":"label","server_url":"https://mcp.host","allowed_tools":["t"],"require_approval":"never","headers":{"X":"1"}},
              {"type":"mcp","server_label":"drop","connector_id":"connector_dropbox","require_approval":{"always":{"tool_names":["a"]},"never":{"tool_names":["b"]}}},
              {"type":"image_generation","size":"1024x1536","output_format":"webp"}],
             "truncation":"auto"}
            """);
    }

    [Theory]
    [InlineData("conv_1", "conversation")]
    [InlineData("resp_1", "previous_response_id")]
    public async Task A_conversation_goes_on_by_its_id(string id, string member)
    {
        await using var recorded = new Recorded("ResponsesTests/MaxTokens");

        var response = await recorded.Client.AsResponsesChatClient("m").GetResponseAsync("Hi", new() { ConversationId = id }, Recorded.Token);

        Assert.Equal(id, recorded.Sent.GetProperty(member).GetString());
        Assert.Equal(response.ResponseId, response.ConversationId);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
    }

    [Fact]
    public async Task A_tool_is_called_and_its_answer_given_back()
    {
        await using var recorded = new Recorded("ResponsesTests/FunctionCallWorks");
        var chat = recorded.Client.AsResponsesChatClient("gpt-4o-mini");

        var first = await chat.GetResponseAsync("What should I wear for the weather in San Francisco, CA?", cancellationToken: Recorded.Token);
        var call = Assert.Single(first.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        var second = await chat.GetResponseAsync([new(ChatRole.Tool, [new FunctionResultContent(call.CallId, "22 celsius and windy")])], new() { ConversationId = first.ConversationId }, Recorded.Token);

        Assert.Equal("get_weather_at_location", call.Name);
        Assert.NotEmpty(call.Arguments!);
        Assert.Equal(ChatFinishReason.ToolCalls, first.FinishReason);
        Assert.Equal(first.ResponseId, recorded.Sent.GetProperty("previous_response_id").GetString());
        Assert.NotEmpty(second.Text);
        var raw = Assert.IsType<Response>(second.RawRepresentation);
        Assert.Equal((raw.Usage!.InputTokens, raw.Usage.OutputTokens), (second.Usage!.InputTokenCount, second.Usage.OutputTokenCount));
    }

    [Theory]
    [InlineData("ResponsesTests/FunctionCallStreamingWorks")]
    [InlineData("ResponsesTests/StreamingResponsesWithReasoningSummary")]
    [InlineData("ResponsesTests/StreamingResponses")]
    [InlineData("ResponsesTests/HelloWorldStreaming(%gpt-4o-mini%)")]
    public async Task A_stream_adds_up_to_the_response_it_ends_with(string file)
    {
        await using var recorded = new Recorded(file);
        List<ChatResponseUpdate> updates = [];

        await foreach (var update in recorded.Client.AsResponsesChatClient("m").GetStreamingResponseAsync("Hi", cancellationToken: Recorded.Token))
        {
            updates.Add(update);
        }

        var last = updates.Select(update => update.RawRepresentation).OfType<ResponseCompletedEvent>().Single().Response;
        var whole = Switchboard.Client.ExtensionsAI.ResponsesAnswers.ToResponse(last);
        var sum = updates.ToChatResponse();
        Assert.Equal((whole.ResponseId, whole.ConversationId, whole.ModelId, whole.Text, whole.FinishReason), (sum.ResponseId, sum.ConversationId, sum.ModelId, sum.Text, sum.FinishReason));
        Assert.Equal(whole.Usage!.TotalTokenCount, sum.Usage!.TotalTokenCount);
        Assert.Equal(Calls(whole), Calls(sum));
        Assert.Equal(Reasoning(whole), Reasoning(sum));
        Assert.All(updates, update => Assert.IsAssignableFrom<ResponseStreamEvent>(update.RawRepresentation));

        static IEnumerable<(string, string)> Calls(ChatResponse response) => response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => (call.CallId, call.Name));

        // The parts of a summary come without the lines between them.
        static string Reasoning(ChatResponse response) => string.Concat(response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(content => content.Text)).Replace("\n", "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_came_from_the_api_goes_back_as_it_came()
    {
        await using var recorded = new Recorded("ResponsesTests/FunctionCallWorks");
        var chat = recorded.Client.AsResponsesChatClient("gpt-4o-mini");
        var first = await chat.GetResponseAsync("x", cancellationToken: Recorded.Token);

        await chat.GetResponseAsync([.. first.Messages, new(ChatRole.User, "And?")], cancellationToken: Recorded.Token);

        var item = ((Response)first.RawRepresentation!).Output.Single(item => item is FunctionToolCall);
        Assert.Equal(((FunctionToolCall)item).Id, recorded.Sent.GetProperty("input")[0].GetProperty("id").GetString());
        Assert.Equal(2, recorded.Sent.GetProperty("input").GetArrayLength());
    }

    [Fact]
    public async Task A_background_stream_can_be_gone_on_with()
    {
        await using var recorded = new Recorded("ResponsesTests/CanStreamBackgroundResponses", streamsOnly: true);
        var chat = recorded.Client.AsResponsesChatClient("gpt-4.1-mini");
        ResponseContinuationToken? token = null;
        await foreach (var update in chat.GetStreamingResponseAsync("Tell me a bedtime story.", new() { AllowBackgroundResponses = true }, Recorded.Token))
        {
            if (update.ContinuationToken is not null)
            {
                token = update.ContinuationToken;
                break;
            }
        }

        // As if it had been kept elsewhere meanwhile.
        var stored = ResponseContinuationToken.FromBytes(token!.ToBytes());
        await foreach (var _ in chat.GetStreamingResponseAsync([], new() { ContinuationToken = stored }, Recorded.Token))
        {
            break;
        }

        var request = recorded.Upstream.Requests[^1];
        Assert.Equal("GET", request.Method);
        Assert.Contains("starting_after=0", request.Query, StringComparison.Ordinal);
        Assert.Contains("stream=true", request.Query, StringComparison.Ordinal);
    }

    [Fact]
    public void Items_of_hosted_tools_have_contents_of_their_own()
    {
        const string Json = """
            {"id":"resp_1","object":"response","created_at":1,"model":"m","status":"failed","error":{"code":"server_error","message":"broken"},"output":[
              {"type":"mcp_call","id":"mcp_1","server_label":"s","name":"t","arguments":"{\"a\":1}","output":"ok"},
              {"type":"mcp_approval_request","id":"mcpr_1","server_label":"s","name":"t","arguments":"{}"},
              {"type":"code_interpreter_call","id":"ci_1","status":"completed","container_id":"c","code":"1+1","outputs":[{"type":"logs","logs":"2"}]},
              {"type":"image_generation_call","id":"ig_1","status":"completed","result":"AQI=","output_format":"webp"},
              {"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q","queries":["q"]}},
              {"type":"from_tomorrow","id":"x"}]}
            """;

        var response = Switchboard.Client.ExtensionsAI.ResponsesAnswers.ToResponse(Switchboard.Protocol.Json.WireJson.Deserialize<Response>(System.Text.Encoding.UTF8.GetBytes(Json)));

        var contents = Assert.Single(response.Messages).Contents;
        Assert.Equal(
            [
                typeof(McpServerToolCallContent), typeof(McpServerToolResultContent), typeof(ToolApprovalRequestContent), typeof(CodeInterpreterToolCallContent), typeof(CodeInterpreterToolResultContent),
                typeof(ImageGenerationToolCallContent), typeof(ImageGenerationToolResultContent), typeof(WebSearchToolCallContent), typeof(AIContent), typeof(ErrorContent),
            ],
            contents.Select(content => content.GetType()));
        Assert.Equal("image/webp", Assert.IsType<DataContent>(Assert.Single(((ImageGenerationToolResultContent)contents[6]).Outputs!)).MediaType);
        Assert.Equal("server_error", ((ErrorContent)contents[9]).ErrorCode);
        Assert.IsType<UnknownResponseItem>(contents[8].RawRepresentation);
        Assert.Null(response.FinishReason);
    }
}
