using System.ComponentModel;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Switchboard.Client.Tools;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Client.Tools;

public sealed class ToolSetTests
{
    private static JsonSerializerOptions Json => ToolContext.Default.Options;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void DescribesADelegateStrictly()
    {
        var tools = new ToolSet { { "weather", "The weather.", ([Description("Which.")] string city, int? days, CancellationToken _) => city + days, Json } };
        var expected = RawJson.Parse("""
            {"type":"object","properties":{"city":{"description":"Which.","type":"string"},"days":{"type":["integer","null"]}},
             "required":["city","days"],"additionalProperties":false}
            """);

        var chat = Assert.IsType<ChatFunctionTool>(Assert.Single(tools.ChatTools)).Function;
        var response = Assert.IsType<FunctionTool>(Assert.Single(tools.ResponseTools));

        Assert.Equal(("weather", "The weather.", true), (chat.Name, chat.Description, chat.Strict));
        Assert.Equal(expected, chat.Parameters);
        Assert.Equal(("weather", "The weather.", true), (response.Name, response.Description, response.Strict));
        Assert.Equal(expected, response.Parameters);
    }

    [Fact]
    public void TakesWhatCannotBeStrictOnlyWhenTold()
    {
        var function = AIFunctionFactory.Create((Dictionary<string, int> counts) => counts.Count, "count", null, Json);

        var fault = Assert.Throws<ArgumentException>(() => new ToolSet().Add(function));
        Assert.Contains("'count'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("strict: false", fault.Message, StringComparison.Ordinal);

        var tools = new ToolSet();
        tools.Add(function, strict: false);
        Assert.False(Assert.IsType<ChatFunctionTool>(tools.ChatTools[0]).Function.Strict);
    }

    [Fact]
    public void LeavesSchemasOfYourOwnAsTheyAre()
    {
        var schema = RawJson.Parse("""{"type":"object","properties":{"a":{"type":"string"}}}""");
        var tools = new ToolSet();
        tools.Add("plain", null, schema, (text, _) => ValueTask.FromResult(text));
        tools.Add("strict", null, schema, (text, _) => ValueTask.FromResult(text), strict: true);
        tools.AddCustom("custom", "Text.", (text, _) => ValueTask.FromResult(text));

        Assert.Equal(schema, ((FunctionTool)tools.ResponseTools[0]).Parameters);
        Assert.Equal(
            RawJson.Parse("""{"type":"object","properties":{"a":{"type":["string","null"]}},"required":["a"],"additionalProperties":false}"""),
            ((FunctionTool)tools.ResponseTools[1]).Parameters);
        Assert.Equal("custom", ((CustomTool)tools.ResponseTools[2]).Name);
        Assert.Equal("custom", ((ChatCustomTool)tools.ChatTools[2]).Custom.Name);
    }

    [Fact]
    public void RefusesNames()
    {
        var tools = new ToolSet { { "a", null, () => "", Json } };

        Assert.Throws<ArgumentException>(() => tools.Add("a", null, () => "", Json));
        Assert.Throws<ArgumentException>(() => tools.Add("a b", null, () => "", Json));
        Assert.Throws<ArgumentException>(() => tools.Add(new string('a', 65), null, () => "", Json));
    }

    [Theory]
    [InlineData("""{"city":"Oslo"}""", "Oslo null")]
    [InlineData("""{"city":"Oslo","days":2,"more":[]}""", "Oslo 2")]
    [InlineData("\"{\\\"city\\\":\\\"Oslo\\\"}\"", "Oslo null")]
    [InlineData("""{"days":2}""", "Error: Required arguments are missing: city.")]
    [InlineData("", "Error: Required arguments are missing: city.")]
    [InlineData("""{"city":{}}""", "Error: The arguments do not fit the tool's parameters.")]
    [InlineData("""{"city":"Os""", "Error: The arguments are not valid JSON.")]
    [InlineData("[1]", "Error: The arguments are not a JSON object.")]
    public async Task ReadsArgumentsKindly(string arguments, string expected)
    {
        var tools = new ToolSet { { "weather", null, (string city, int? days = null) => $"{city} {days?.ToString() ?? "null"}", Json } };

        var result = await InvokeAsync(tools, "weather", arguments);

        Assert.Equal((expected, expected.StartsWith("Error", StringComparison.Ordinal)), (result.Text, result.IsError));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task TakesNothingForNoArguments(string arguments) =>
        Assert.Equal("done", (await InvokeAsync(new ToolSet { { "f", null, () => "done", Json } }, "f", arguments)).Text);

    [Fact]
    public async Task WritesResults()
    {
        var tools = new ToolSet
        {
            { "object", null, () => new Weather("Oslo", 3), Json },
            { "task", null, async () => { await Task.Yield(); return "a \"text\""; }, Json },
            { "nothing", null, () => { }, Json },
        };

        Assert.Equal("""{"City":"Oslo","Degrees":3}""", (await InvokeAsync(tools, "object")).Text);
        Assert.Equal("a \"text\"", (await InvokeAsync(tools, "task")).Text);
        Assert.Equal("null", (await InvokeAsync(tools, "nothing")).Text);
    }

    [Fact]
    public async Task TellsOfUnknownTools()
    {
        var tools = new ToolSet { { "a", null, () => "", Json }, { "b", null, () => "", Json } };

        Assert.Equal("Error: There is no tool named 'c'. The tools are: a, b.", (await InvokeAsync(tools, "c")).Text);
        var custom = await tools.InvokeAsync([new ToolCall("1", "a", "text") { IsCustom = true }], cancellationToken: Token);
        Assert.True(custom[0].IsError);
    }

    [Fact]
    public async Task KeepsFailuresFromTheModel()
    {
        var tools = new ToolSet
        {
            { "fails", null, string () => throw new InvalidOperationException("password=x"), Json },
            { "says", null, string () => throw new ToolException("Try Oslo."), Json },
        };

        var hidden = await InvokeAsync(tools, "fails");
        var shown = await InvokeAsync(tools, "fails", options: new ToolLoopOptions { ShowsErrorDetails = true });

        Assert.Equal("Error: The tool failed.", hidden.Text);
        Assert.IsType<InvalidOperationException>(hidden.Exception);
        Assert.Equal("Error: The tool failed: password=x", shown.Text);
        Assert.Equal("Error: Try Oslo.", (await InvokeAsync(tools, "says")).Text);
    }

    [Fact]
    public async Task RunsSeveralCallsAtATime()
    {
        // Each waits for the other: one after another they would never end.
        var both = new Barrier(2);
        var tools = new ToolSet { { "wait", null, (string name) => { both.SignalAndWait(Token); return name; }, Json } };

        var results = await tools.InvokeAsync([new("1", "wait", """{"name":"x"}"""), new("2", "wait", """{"name":"y"}""")], cancellationToken: Token);

        Assert.Equal([("1", "x"), ("2", "y")], results.Select(result => (result.Call.Id, result.Text)));
    }

    [Fact]
    public async Task RunsOneCallAtATimeInOrder()
    {
        var running = 0;
        var order = new List<string>();
        async Task<string> RunAsync(string name)
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            await Task.Yield();
            order.Add(name);
            Interlocked.Decrement(ref running);
            return name;
        }

        var tools = new ToolSet { { "f", null, RunAsync, Json } };
        string[] names = ["a", "b", "c", "d", "e"];

        var results = await tools.InvokeAsync(
            [.. names.Select(name => new ToolCall(name, "f", $$"""{"name":"{{name}}"}"""))], new ToolLoopOptions { MaxParallelCalls = 1 }, Token);

        Assert.All(results, result => Assert.False(result.IsError));
        Assert.Equal(names, order);
    }

    [Fact]
    public async Task GivesUpSlowTools()
    {
        var time = new ManualTimeProvider();
        var tools = new ToolSet();
        tools.Add("hangs", null, RawJson.Parse("{}"), (_, _) => new ValueTask<string>(new TaskCompletionSource<string>().Task));

        var call = InvokeAsync(tools, "hangs", options: new ToolLoopOptions { CallTimeout = TimeSpan.FromSeconds(5), TimeProvider = time });
        await time.WaitForTimersAsync(1, Token);
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("Error: The tool took too long and was given up.", (await call).Text);
    }

    [Fact]
    public async Task CancelsToolsWithTheCaller()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var started = new TaskCompletionSource();
        var seen = new TaskCompletionSource();
        var tools = new ToolSet();
        tools.Add("hangs", null, RawJson.Parse("{}"), async (_, token) =>
        {
            token.Register(seen.SetResult);
            started.SetResult();
            return await new TaskCompletionSource<string>().Task;
        });

        var call = tools.InvokeAsync([new("1", "hangs", "")], cancellationToken: cancel.Token);
        await started.Task;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await seen.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task AsksBeforeAndTellsAfter()
    {
        var ran = new List<string>();
        var told = new List<string>();
        var tools = new ToolSet { { "f", null, (string name) => { ran.Add(name); return name; }, Json } };
        var options = new ToolLoopOptions
        {
            MaxParallelCalls = 1,
            BeforeCall = (call, _) => ValueTask.FromResult(call.Id == "2" ? "Refused." : null),
            AfterCall = (result, _) => { told.Add(result.Text); return ValueTask.CompletedTask; },
        };

        var results = await tools.InvokeAsync([new("1", "f", """{"name":"x"}"""), new("2", "f", """{"name":"y"}""")], options, Token);

        Assert.Equal(["x"], ran);
        Assert.Equal(["x", "Refused."], told);
        Assert.Equal("Refused.", results[1].Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void RefusesLimitsBelowOne(int limit)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ToolLoopOptions { MaxRounds = limit });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ToolLoopOptions { MaxCalls = limit });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ToolLoopOptions { MaxParallelCalls = limit });
    }

    private static async Task<ToolResult> InvokeAsync(ToolSet tools, string name, string arguments = "", ToolLoopOptions? options = null) =>
        (await tools.InvokeAsync([new ToolCall("1", name, arguments)], options, Token))[0];
}
