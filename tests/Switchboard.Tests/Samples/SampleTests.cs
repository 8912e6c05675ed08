using System.Reflection;
using Switchboard.Samples;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client;
using SampleProgram = Switchboard.Samples.Program;

namespace Switchboard.Tests.Samples;

/// <summary>Samples over chat, text and vectors: what each sends and prints.</summary>
public sealed class SampleTests
{
    [Fact]
    public void Every_sample_has_a_test()
    {
        var tested = typeof(SampleTests).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(SampleTests).Namespace)
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<TraitAttribute>())
            .Where(trait => trait.Name == "Sample")
            .Select(trait => trait.Value);

        Assert.Equal(Sample.All.Select(sample => sample.Name).Order(), tested.Order());
    }

    [Fact]
    [Trait("Sample", "chat")]
    public async Task Chat_prints_the_answer_and_what_it_took()
    {
        await using var run = new SampleRun();
        run.Upstream.Reply(TestAnswers.Chat("Air scatters blue light most.").WithHeader("x-request-id", "req_1"));

        var printed = await run.RunAsync("chat");

        Assert.Equal(["Air scatters blue light most.", "7 tokens, request req_1"], printed);
        Assert.Equal("Why is the sky blue?", run.Sent(0).GetProperty("messages")[1].GetProperty("content").GetString());
        Assert.Equal(200, run.Sent(0).GetProperty("max_completion_tokens").GetInt32());
    }

    [Fact]
    [Trait("Sample", "conversation")]
    public async Task Conversation_sends_what_was_said_before()
    {
        await using var run = new SampleRun();
        run.Upstream.Reply(TestAnswers.Chat("One with two divisors.")).Reply(TestAnswers.Chat("No.")).Reply(TestAnswers.Chat("It is 7 times 13."));

        var printed = await run.RunAsync("conversation");

        Assert.Equal(["> What is a prime number?", "One with two divisors.", "> Is 91 one?", "No.", "> Why not?", "It is 7 times 13."], printed);
        Assert.Equal(
            ["system", "user", "assistant", "user", "assistant", "user"],
            run.Sent(2).GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()));
    }

    [Fact]
    [Trait("Sample", "stream")]
    public async Task Stream_prints_the_recorded_pieces()
    {
        await using var run = new SampleRun().Replay("ChatTests", "TokenLogProbabilitiesStreaming(False)");

        var printed = await run.RunAsync("stream");

        Assert.Equal("stop, 712 tokens", printed[^1]);
        Assert.StartsWith("The best pizza toppings can vary", printed[0], StringComparison.Ordinal);
        Assert.True(run.Sent(0).GetProperty("stream").GetBoolean());
        Assert.True(run.Sent(0).GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    [Trait("Sample", "tools")]
    public async Task Tools_are_called_and_their_results_sent()
    {
        await using var run = new SampleRun();
        run.Upstream.Reply(TestAnswers.ChatCalls(("c1", "get_weather", """{"city":"Oslo"}"""), ("c2", "get_weather", """{"city":"Paris"}""")));
        run.Upstream.Reply(TestAnswers.Chat("I know only Oslo: 4 degrees."));

        var printed = await run.RunAsync("tools");

        Assert.Equal(
            [
                """get_weather({"city":"Oslo"}) = {"Celsius":4,"Sky":"snow"}""",
                """get_weather({"city":"Paris"}) = Error: There is no station in Paris.""",
                "I know only Oslo: 4 degrees.",
                "2 requests, 14 tokens, ended: Answered",
            ],
            printed);
        var function = run.Sent(0).GetProperty("tools")[0].GetProperty("function");
        Assert.Equal("The city, without its country.", function.GetProperty("parameters").GetProperty("properties").GetProperty("city").GetProperty("description").GetString());
        Assert.Equal(["user", "assistant", "tool", "tool"], run.Sent(1).GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()));
    }

    [Fact]
    [Trait("Sample", "structured-output")]
    public async Task Structured_output_is_asked_for_by_schema_and_read()
    {
        await using var run = new SampleRun();
        run.Upstream.Reply(TestAnswers.Chat("""{"Name":"Science fair","Day":"Friday","Participants":["Alice","Bob"]}"""));

        var printed = await run.RunAsync("structured-output");

        Assert.Equal(["Science fair on Friday: Alice, Bob"], printed);
        var format = run.Sent(0).GetProperty("response_format").GetProperty("json_schema");
        Assert.True(format.GetProperty("strict").GetBoolean());
        Assert.Equal("CalendarEvent", format.GetProperty("name").GetString());
        Assert.Equal(7, format.GetProperty("schema").GetProperty("properties").GetProperty("Day").GetProperty("enum").GetArrayLength());
    }

    [Fact]
    public async Task A_refusal_is_printed()
    {
        await using var run = new SampleRun();
        run.Upstream.Reply(TestAnswers.Chat(null, refusal: "I would rather not."));

        Assert.Equal(["The model refused: I would rather not."], await run.RunAsync("structured-output"));
    }

    [Fact]
    [Trait("Sample", "embeddings-search")]
    public async Task Embeddings_search_finds_the_nearest()
    {
        await using var run = new SampleRun();
        run.Upstream.Reply(200, """{"object":"list","model":"m","usage":{"prompt_tokens":9,"total_tokens":9},"data":[{"object":"embedding","index":0,"embedding":[1,0,0]},{"object":"embedding","index":1,"embedding":[0,1,0]},{"object":"embedding","index":2,"embedding":[0,0,1]}]}""");
        run.Upstream.Reply(200, """{"object":"list","model":"m","usage":{"prompt_tokens":4,"total_tokens":4},"data":[{"object":"embedding","index":0,"embedding":[0,0.8,0.6]}]}""");

        var printed = await run.RunAsync("embeddings-search");

        Assert.Equal(["0.80 The canteen opens at noon.", "0.60 Bicycles stay outside the building."], printed);
        Assert.Equal(3, run.Sent(0).GetProperty("input").GetArrayLength());
        Assert.Equal("base64", run.Sent(1).GetProperty("encoding_format").GetString());
    }

    [Fact]
    [Trait("Sample", "bring-your-own-types")]
    public async Task Own_types_go_out_and_come_back()
    {
        await using var run = new SampleRun();
        run.Upstream.Reply(TestAnswers.Chat("Hello."));
        run.Upstream.Reply(200, """{"id":"c","object":"chat.completion","created":1,"model":"m","timings":{"ms":12},"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hello again."}}]}""");

        var printed = await run.RunAsync("bring-your-own-types");

        Assert.Equal(["Hello.", """Hello again. {"ms":12}"""], printed);
        Assert.Equal((40, 40), (run.Sent(0).GetProperty("top_k").GetInt32(), run.Sent(1).GetProperty("top_k").GetInt32()));
        Assert.Equal("""[{"role":"user","content":"Say hello."}]""", run.Sent(0).GetProperty("messages").GetRawText());
    }

    [Fact]
    [Trait("Sample", "extensions-ai")]
    public async Task Extensions_ai_streams_and_embeds()
    {
        await using var run = new SampleRun();
        run.Upstream.Say("Once upon a time.");
        run.Upstream.On("/v1/embeddings", _ => UpstreamAnswer.Json("""{"object":"list","model":"m","usage":{"prompt_tokens":4,"total_tokens":4},"data":[{"object":"embedding","index":0,"embedding":"AACAPwAAAAA="}]}"""));

        var printed = await run.RunAsync("extensions-ai");

        Assert.Equal(["Once upon a time.", "2 dimensions"], printed);
        Assert.Equal(["/v1/chat/completions", "/v1/embeddings"], run.Upstream.Requests.Select(request => request.Path));
        Assert.Equal(100, run.Sent(0).GetProperty("max_completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Without_a_name_the_samples_are_listed()
    {
        await using var run = new SampleRun();
        var codes = new List<int>();

        var printed = await SampleRun.PrintAsync(async output =>
        {
            codes.Add(await SampleProgram.RunAsync([], run.Client, output, SampleRun.Token));
            codes.Add(await SampleProgram.RunAsync(["nonsense"], run.Client, output, SampleRun.Token));
        });

        Assert.Equal([0, 2], codes);
        Assert.Equal(2 * Sample.All.Count, printed.Length);
        Assert.StartsWith("chat ", printed[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_fails_is_told_and_no_crash()
    {
        await using var run = new SampleRun();
        run.Upstream.Reply(401, """{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""");

        var printed = await SampleRun.PrintAsync(async output => Assert.Equal(1, await SampleProgram.RunAsync(["chat"], run.Client, output, SampleRun.Token)));

        Assert.StartsWith("ApiAuthenticationException: ", Assert.Single(printed), StringComparison.Ordinal);
    }
}
