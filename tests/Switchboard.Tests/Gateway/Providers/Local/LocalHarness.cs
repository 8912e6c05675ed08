using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Providers.Local;
using Switchboard.Gateway.Requests;
using Switchboard.Tests.Engine;

namespace Switchboard.Tests.Gateway.Providers.Local;

/// <summary>The local provider over a folder with a small model of random weights, <c>small</c>.</summary>
internal sealed class LocalHarness : ILoggerProvider, ILogger, IAsyncDisposable
{
    public LocalHarness(TestModel? model = null)
    {
        Write("small.gguf", (model ?? new TestModel()).ToWriter().ToBytes());
        Provider = (LocalProvider)LocalProvider.Create(
            "local",
            new ProviderSettings { Type = "local", ModelsDirectory = Folder },
            new ProviderServices(TimeProvider.System, LoggerFactory.Create(logging => logging.AddProvider(this))));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("switchboard-test-").FullName;

    public LocalProvider Provider { get; }

    public List<string> Warnings { get; } = [];

    public string Write(string name, byte[] content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Runs a chat with one message from the user and the given further members.</summary>
    public Task<JsonElement> ChatAsync(string members = "") => AnswerAsync(ApiOperation.ChatCompletions, ChatBody(members));

    public static string ChatBody(string members) =>
        $$"""{"model":"small","messages":[{"role":"user","content":"a b c"}]{{(members.Length == 0 ? "" : "," + members)}}}""";

    /// <summary>The answer of a call that does not stream.</summary>
    public async Task<JsonElement> AnswerAsync(ApiOperation operation, string body)
    {
        var (call, sink) = Call(operation, body);
        var outcome = await RunAsync(call);
        Assert.Null(outcome.Error);
        var text = await sink.ReadAllAsync();
        Assert.Equal(sink.Head!.ContentLength, Encoding.UTF8.GetByteCount(text));
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>The error of a call that is refused.</summary>
    public async Task<GatewayError> ErrorAsync(ApiOperation operation, string body)
    {
        var (call, sink) = Call(operation, body);
        var outcome = await RunAsync(call);
        Assert.False(sink.IsCommitted);
        Assert.NotNull(outcome.Error);
        return outcome.Error;
    }

    /// <summary>The data of a streamed answer's events, without the last, which must be <c>[DONE]</c>.</summary>
    public async Task<List<JsonElement>> StreamAsync(ApiOperation operation, string body)
    {
        var (call, sink) = Call(operation, body);
        var outcome = await RunAsync(call);
        Assert.Null(outcome.Error);
        var events = (await sink.ReadAllAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        return [.. events[..^1].Select(data =>
        {
            Assert.StartsWith("data: {", data, StringComparison.Ordinal);
            using var document = JsonDocument.Parse(data[6..]);
            return document.RootElement.Clone();
        })];
    }

    public static (GatewayCall Call, MemorySink Sink) Call(ApiOperation operation, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(RequestReader.TryRead(bytes, operation, false, out var facts, out var error), error?.Body.Message);
        var sink = new MemorySink();
        return (new GatewayCall { Operation = operation, Path = OperationProfile.Of(operation).Path, Body = bytes, Facts = facts, RequestId = "test", Sink = sink }, sink);
    }

    public ValueTask<GatewayOutcome> RunAsync(GatewayCall call, CancellationToken? cancellationToken = null)
    {
        return Provider.AnswerAsync(call, call.Facts.Model, cancellationToken ?? TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    void IDisposable.Dispose()
    {
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Warnings)
        {
            Warnings.Add(formatter(state, exception));
        }
    }
}
