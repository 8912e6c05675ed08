using Switchboard.Client;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Operations;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.Transport;

/// <summary>A client before a replaying upstream, with waits that take no time.</summary>
internal sealed class ClientUnderTest : IAsyncDisposable
{
    private ClientUnderTest(ReplayUpstream upstream, SwitchboardClient client, HastyTimeProvider clock)
    {
        Upstream = upstream;
        Client = client;
        Clock = clock;
    }

    public ReplayUpstream Upstream { get; }

    public SwitchboardClient Client { get; }

    public HastyTimeProvider Clock { get; }

    public static ClientUnderTest Start(Action<SwitchboardClientOptions>? change = null)
    {
        var upstream = ReplayUpstream.Start();
        var clock = new HastyTimeProvider(TimeSpan.FromMinutes(5));
        var options = new SwitchboardClientOptions { ApiKey = "sk-secret-key", BaseUrl = upstream.BaseUrl, TimeProvider = clock, ReadsEnvironment = false };
        change?.Invoke(options);
        return new ClientUnderTest(upstream, new SwitchboardClient(options), clock);
    }

    public static ChatCompletionRequest Request { get; } = new([new UserMessage("Hello")], "gpt-4o-mini");

    public Task<ApiResult<ChatCompletion>> ChatAsync(CallOptions? options = null, CancellationToken? cancellationToken = null) =>
        Client.Transport.SendAsync(
            new ApiRequest(OpenAIOperations.CreateChatCompletion, "/chat/completions", options) { Body = JsonBody.Of(Request), Model = "gpt-4o-mini" },
            WirePayload<ChatCompletion>.Instance,
            cancellationToken ?? TestContext.Current.CancellationToken);

    public ApiStream<ChatCompletionChunk> Stream(CallOptions? options = null) =>
        Client.Transport.Stream(
            new ApiRequest(OpenAIOperations.CreateChatCompletion, "/chat/completions", options) { Body = JsonBody.Of(Request), Model = "gpt-4o-mini" },
            WirePayload<ChatCompletionChunk>.Instance,
            TestContext.Current.CancellationToken);

    public Task<ApiContent> SpeechAsync(CallOptions? options = null) =>
        Client.Transport.SendForContentAsync(new ApiRequest(OpenAIOperations.CreateSpeech, "/audio/speech", options), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Upstream.DisposeAsync();
    }
}
