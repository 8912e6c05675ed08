using System.Reflection;
using Switchboard.Client;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Operations;

namespace Switchboard.Tests.Client.Azure;

public sealed class AzurePathTests
{
    private static readonly AzureOptions s_classic = new() { Endpoint = new("https://r.openai.azure.com/"), ApiKey = "key", ApiVersion = "2024-10-21", Surface = AzureSurface.Deployments };
    private static readonly AzureOptions s_v1 = new() { Endpoint = new("https://r.openai.azure.com"), ApiKey = "key" };

    private static readonly string[] s_eight =
    [
        "POST /audio/speech", "POST /audio/transcriptions", "POST /audio/translations", "POST /chat/completions",
        "POST /completions", "POST /embeddings", "POST /images/edits", "POST /images/generations",
    ];

    [Fact]
    public async Task Exactly_eight_operations_are_under_a_deployment()
    {
        List<string> under = [];
        foreach (var operation in AllOperations())
        {
            var uri = (await SendAsync(s_classic, operation)).RequestUri!;
            var isUnder = uri.AbsolutePath.StartsWith("/openai/deployments/my%20model/", StringComparison.Ordinal);
            var path = operation.Path.Split('?')[0];
            Assert.Equal($"/openai{(isUnder ? "/deployments/my%20model" : "")}{path}", Uri.UnescapeDataString(uri.AbsolutePath).Replace("my model", "my%20model", StringComparison.Ordinal));
            Assert.Contains("api-version=2024-10-21", uri.Query, StringComparison.Ordinal);
            if (isUnder)
            {
                under.Add($"{operation.Method} {operation.Path}");
            }
        }

        Assert.Equal(s_eight, under.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_v1_surface_has_the_apis_own_paths()
    {
        foreach (var operation in AllOperations())
        {
            var uri = (await SendAsync(s_v1, operation)).RequestUri!;

            Assert.Equal("/openai/v1" + operation.Path, Uri.UnescapeDataString(uri.PathAndQuery));
        }

        Assert.Equal("?api-version=preview", (await SendAsync(s_v1 with { ApiVersion = "preview" }, OpenAIOperations.CreateEmbedding)).RequestUri!.Query);
    }

    [Fact]
    public async Task The_deployment_of_the_options_goes_before_the_model()
    {
        var uri = (await SendAsync(s_classic with { Deployment = "mine" }, OpenAIOperations.CreateEmbedding)).RequestUri!;

        Assert.Equal("/openai/deployments/mine/embeddings", uri.AbsolutePath);
    }

    [Fact]
    public async Task The_model_of_a_callers_own_type_is_the_deployment()
    {
        var handler = new CapturingHandler();
        using var transport = TransportOf(s_classic, handler);
        var request = new ApiRequest(OpenAIOperations.CreateChatCompletion, "/chat/completions", null) { Body = JsonBody.Of(new ChatCompletionRequest([], "own")) };

        await transport.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("/openai/deployments/own/chat/completions", Assert.Single(handler.Requests).RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task Without_a_deployment_nothing_is_sent()
    {
        var handler = new CapturingHandler();
        using var transport = TransportOf(s_classic, handler);

        await Assert.ThrowsAsync<ArgumentException>(() => transport.SendAsync(new ApiRequest(OpenAIOperations.CreateEmbedding, "/embeddings", null) { Model = " " }, TestContext.Current.CancellationToken));

        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task A_key_is_sent_as_api_key_and_a_token_as_bearer()
    {
        var byKey = await SendAsync(s_v1, OpenAIOperations.CreateEmbedding);
        var byToken = await SendAsync(s_v1 with { TokenProvider = _ => new ValueTask<string>("token") }, OpenAIOperations.CreateEmbedding);

        Assert.Equal(["key"], byKey.Headers.GetValues("api-key"));
        Assert.Null(byKey.Headers.Authorization);
        Assert.Equal("Bearer token", byToken.Headers.Authorization!.ToString());
        Assert.False(byToken.Headers.Contains("api-key"));
    }

    private static IEnumerable<OpenAIOperation> AllOperations() =>
        typeof(OpenAIOperations).GetProperties(BindingFlags.Public | BindingFlags.Static).Where(property => property.PropertyType == typeof(OpenAIOperation)).Select(property => (OpenAIOperation)property.GetValue(null)!);

    private static async Task<HttpRequestMessage> SendAsync(AzureOptions azure, OpenAIOperation operation)
    {
        var handler = new CapturingHandler();
        using var transport = TransportOf(azure, handler);
        await transport.SendAsync(new ApiRequest(operation, operation.Path, null) { Model = "my model" }, TestContext.Current.CancellationToken);
        return Assert.Single(handler.Requests);
    }

    private static ApiTransport TransportOf(AzureOptions azure, CapturingHandler handler) =>
        new(ClientEnvironment.Resolve(new SwitchboardClientOptions { Azure = azure, HttpHandler = handler, ReadsEnvironment = false }), shared: null);
}
