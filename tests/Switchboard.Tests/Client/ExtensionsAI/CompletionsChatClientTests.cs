using Microsoft.Extensions.AI;
using Switchboard.Client;
using Wire = Switchboard.Protocol.Chat;

namespace Switchboard.Tests.Client.ExtensionsAI;

public sealed class CompletionsChatClientTests
{
    [Fact]
    public async Task Messages_and_options_are_sent_as_the_api_has_them()
    {
        await using var recorded = new Recorded();
        var weather = AIFunctionFactory.Create((string city) => city, "weather", "Tells the weather.");

        await recorded.Client.AsChatClient("m").GetResponseAsync(
            [
                new(ChatRole.System, "Be short."),
                new(ChatRole.User, [
                    new TextContent("Look:"), new UriContent("https://host/a.png", "image/png") { AdditionalProperties = new() { ["detail"] = "low" } }, new DataContent(new byte[] { 1, 2 }, "image/png"),
                    new DataContent(new byte[] { 3 }, "audio/wav"), new DataContent(new byte[] { 4 }, "application/pdf") { Name = "a.pdf" }, new HostedFileContent("file-1")]),
                new(ChatRole.Assistant, [new FunctionCallContent("call-1", "weather", new Dictionary<string, object?> { ["city"] = "Oslo" })]),
                new(ChatRole.Tool, [new FunctionResultContent("call-1", "rain"), new FunctionResultContent("call-2", new { degrees = 3 }.degrees)]),
            ],
            new ChatOptions
            {
                Instructions = "Instructed.", Temperature = 0.7f, TopP = 0.9f, TopK = 5, MaxOutputTokens = 9, FrequencyPenalty = 0.1f, PresencePenalty = 0.2f, Seed = 4, StopSequences = ["x"],
                Tools = [weather, new HostedWebSearchTool()], ToolMode = ChatToolMode.RequireSpecific("weather"), AllowMultipleToolCalls = false,
                Reasoning = new() { Effort = ReasoningEffort.ExtraHigh },
                ResponseFormat = ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonElement.Parse("""{"type":"object"}"""), "thing", "A thing."),
                AdditionalProperties = new() { ["strict"] = true, ["provider"] = "fast" },
            },
            Recorded.Token);

        recorded.AssertSent($$$"""
            {"messages":[
              {"role":"system","content":"Instructed."},{"role":"system","content":"Be short."},
              {"role":"user","content":[{"type":"text","text":"Look:"},{"type":"image_url","image_url":{"url":"https://host/a.png","detail":"low"}},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AQI="}},{"type":"input_audio","input_audio":{"data":"Aw==","format":"wav"}},
                {"type":"file","file":{"file_data":"data:application/pdf;base64,BA==","filename":"a.pdf"}},{"type":"file","file":{"file_id":"file-1"}}]},
              {"role":"assistant","tool_calls":[{"id":"call-1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Oslo\"}"}}]},
              {"role":"tool","content":"rain","tool_call_id":"call-1"},{"role":"tool","content":"3","tool_call_id":"call-2"}],
             "model":"m","temperature":0.7,"top_p":0.9,"top_k":5,"max_completion_tokens":9,"frequency_penalty":0.1,"presence_penalty":0.2,"seed":4,"stop":["x"],"reasoning_effort":"xhigh","web_search_options":{},
             "tools":[{"type":"function","function":{"name":"weather","description":"Tells the weather.","parameters":{{{weather.JsonSchema.GetRawText()}}} } }],
             "tool_choice":{"type":"function","function":{"name":"weather"}},"parallel_tool_calls":false,
             "response_format":{"type":"json_schema","json_schema":{"name":"thing","description":"A thing.","schema":{"type":"object"},"strict":true}},"provider":"fast"}
            """);
    }

    [Fact]
    public async Task A_raw_request_goes_before_the_options()
    {
        await using var recorded = new Recorded();

        await recorded.Client.AsChatClient("m").GetResponseAsync("Hi", new ChatOptions
        {
            Temperature = 0.1f,
            ModelId = "other",
            RawRepresentationFactory = _ => new Wire.ChatCompletionRequest([new Wire.SystemMessage("First.")], "") { Temperature = 1, Store = true },
        }, Recorded.Token);

        recorded.AssertSent("""{"messages":[{"role":"system","content":"First."},{"role":"user","content":"Hi"}],"model":"other","temperature":1,"store":true}""");
    }

    [Fact]
    public async Task A_whole_answer_is_told_with_usage_citations_and_its_own_type()
    {
        await using var recorded = new Recorded("ChatTests/WebSearchWorks");

        var response = await recorded.Client.AsChatClient("gpt-4o-search-preview").GetResponseAsync("What was a positive news story from today?", new() { Tools = [new HostedWebSearchTool()] }, Recorded.Token);

        Assert.True(System.Text.Json.JsonElement.DeepEquals(System.Text.Json.JsonElement.Parse(recorded.Recording!.Exchanges[0].RequestBody.Span), recorded.Sent));
        var raw = Assert.IsType<Wire.ChatCompletion>(response.RawRepresentation);
        Assert.Equal((raw.Id, raw.Model, raw.Created), (response.ResponseId, response.ModelId, response.CreatedAt));
        Assert.Equal(raw.Choices[0].Message.Content, response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal((raw.Usage!.PromptTokens, raw.Usage.CompletionTokens, raw.Usage.TotalTokens), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
        var citation = Assert.IsType<CitationAnnotation>(response.Messages[0].Contents[0].Annotations![0]);
        Assert.Equal(raw.Choices[0].Message.Annotations![0].UrlCitation.Title, citation.Title);
    }

    [Fact]
    public async Task A_refusal_goes_out_and_back()
    {
        await using var recorded = new Recorded("ChatTests/StructuredRefusalWorks");
        var chat = recorded.Client.AsChatClient("gpt-4o-2024-08-06");

        var response = await chat.GetResponseAsync("x", cancellationToken: Recorded.Token);
        await chat.GetResponseAsync([new(ChatRole.User, "x"), .. response.Messages], cancellationToken: Recorded.Token);

        var refusal = Assert.IsType<ErrorContent>(Assert.Single(response.Messages[0].Contents));
        Assert.Equal("Refusal", refusal.ErrorCode);
        Assert.Equal(refusal.Message, recorded.Sent.GetProperty("messages")[1].GetProperty("refusal").GetString());
        Assert.False(recorded.Sent.GetProperty("messages")[1].TryGetProperty("content", out _));
    }

    [Fact]
    public async Task Sound_is_bytes_with_its_words()
    {
        await using var recorded = new Recorded("ChatTests/ChatWithAudio");
        var request = Switchboard.Protocol.Json.WireJson.Deserialize<Wire.ChatCompletionRequest>(recorded.Recording!.Exchanges.First(e => !e.IsStream && e.RequestText.Contains("\"audio\":{", StringComparison.Ordinal)).RequestBody.Span);

        var response = await recorded.Client.AsChatClient("m").GetResponseAsync([], new() { RawRepresentationFactory = _ => request }, Recorded.Token);

        var audio = Assert.Single(response.Messages[0].Contents.OfType<DataContent>());
        Assert.NotEmpty(audio.Data.ToArray());
        Assert.NotNull(audio.AdditionalProperties!["transcript"]);
    }

    [Fact]
    public async Task A_stream_is_told_as_it_comes_and_adds_up()
    {
        await using var recorded = new Recorded();
        recorded.Upstream.Say("one two three");

        List<ChatResponseUpdate> updates = [];
        await foreach (var update in recorded.Client.AsChatClient("m").GetStreamingResponseAsync("Hi", cancellationToken: Recorded.Token))
        {
            updates.Add(update);
        }

        Assert.True(recorded.Sent.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        Assert.Equal(["one", " two", " three"], updates.Where(update => update.Text.Length > 0).Select(update => update.Text));
        Assert.All(updates.Where(update => update.Text.Length > 0), update =>
        {
            Assert.Equal(("chatcmpl-canned", "chatcmpl-canned", ChatRole.Assistant), (update.ResponseId, update.MessageId, update.Role));
            Assert.IsType<Wire.ChatCompletionChunk>(update.RawRepresentation);
        });
        var response = updates.ToChatResponse();
        Assert.Equal("one two three", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal(3, response.Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task Calls_in_a_stream_are_told_whole()
    {
        await using var recorded = new Recorded();
        string[] deltas =
        [
            """{"role":"assistant","reasoning_content":"Hm."},"finish_reason":null""",
            """{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}},{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{"}}]},"finish_reason":null""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":1}"}},{"index":1,"function":{"arguments":"oops"}}]},"finish_reason":null""",
            """{},"finish_reason":"tool_calls" """,
        ];
        recorded.Upstream.ReplyStream([.. deltas.Select(delta => $"data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{delta}}}]}}\n\n"), "data: [DONE]\n\n"]);

        var response = await recorded.Client.AsChatClient("m").GetStreamingResponseAsync("Hi", cancellationToken: Recorded.Token).ToChatResponseAsync(Recorded.Token);

        var contents = Assert.Single(response.Messages).Contents;
        Assert.Equal("Hm.", Assert.IsType<TextReasoningContent>(contents[0]).Text);
        var calls = contents.OfType<FunctionCallContent>().ToList();
        Assert.Equal([("a", "f"), ("b", "g")], calls.Select(call => (call.CallId, call.Name)));
        Assert.Equal("1", calls[0].Arguments!["x"]!.ToString());
        Assert.NotNull(calls[1].Exception);
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Fact]
    public async Task What_the_api_cannot_do_is_told_before_anything_is_sent()
    {
        await using var recorded = new Recorded();
        var chat = recorded.Client.AsChatClient("m");

        await Assert.ThrowsAsync<ArgumentException>(() => chat.GetResponseAsync("Hi", new() { Tools = [new HostedCodeInterpreterTool()] }, Recorded.Token));
        await Assert.ThrowsAsync<ArgumentException>(() => chat.GetResponseAsync([new(ChatRole.User, [new UriContent("https://host/a.pdf", "application/pdf")])], cancellationToken: Recorded.Token));

        Assert.Empty(recorded.Upstream.Requests);
    }

    [Fact]
    public async Task Services_and_faults_are_the_clients_own()
    {
        await using var recorded = new Recorded();
        var chat = recorded.Client.AsChatClient("m");
        recorded.Upstream.Reply(429, """{"error":{"message":"slow down","type":"requests"}}""");

        await Assert.ThrowsAsync<ApiRateLimitException>(() => chat.GetResponseAsync("Hi", cancellationToken: Recorded.Token));

        Assert.Same(recorded.Client, chat.GetService<SwitchboardClient>());
        Assert.Same(chat, chat.GetService<IChatClient>());
        Assert.Equal(("openai", recorded.Upstream.BaseUrl, "m"), (chat.GetService<ChatClientMetadata>()!.ProviderName, chat.GetService<ChatClientMetadata>()!.ProviderUri, chat.GetService<ChatClientMetadata>()!.DefaultModelId));
        Assert.Null(chat.GetService(typeof(IChatClient), "key"));
        Assert.Throws<ArgumentException>(() => recorded.Client.AsChatClient(" "));
    }
}
