using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.Azure;

namespace Switchboard.Tests.Gateway.Providers.Azure;

public sealed class AzurePathsTests
{
    [Theory]
    [InlineData(ApiOperation.ChatCompletions, "chat/completions", "openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21")]
    [InlineData(ApiOperation.Completions, "completions", "openai/deployments/my%20gpt/completions?api-version=2024-10-21")]
    [InlineData(ApiOperation.Embeddings, "embeddings", "openai/deployments/my%20gpt/embeddings?api-version=2024-10-21")]
    [InlineData(ApiOperation.ImageGenerations, "images/generations", "openai/deployments/my%20gpt/images/generations?api-version=2024-10-21")]
    [InlineData(ApiOperation.Transcriptions, "audio/transcriptions", "openai/deployments/my%20gpt/audio/transcriptions?api-version=2024-10-21")]
    [InlineData(ApiOperation.Responses, "responses", "openai/responses?api-version=2024-10-21")]
    [InlineData(ApiOperation.Other, "files?limit=2", "openai/files?limit=2&api-version=2024-10-21")]
    [InlineData(ApiOperation.Realtime, "realtime?model=my+gpt", "openai/realtime?api-version=2024-10-21&deployment=my%20gpt")]
    public void A_dated_version_has_the_deployment_in_the_path(ApiOperation operation, string path, string expected)
    {
        var paths = new AzurePaths(new Uri("https://eu.openai.azure.com/"), "2024-10-21");

        Assert.Equal("https://eu.openai.azure.com/", paths.Root.AbsoluteUri);
        Assert.Equal(Ordered(expected), Ordered(paths.Of(operation, path, "my gpt")!));
    }

    [Theory]
    [InlineData("https://eu.openai.azure.com")]
    [InlineData("https://eu.openai.azure.com/openai/v1/")]
    [InlineData("https://eu.openai.azure.com/openai")]
    public void Without_a_date_it_is_version_one_whose_paths_are_openais(string endpoint)
    {
        var paths = new AzurePaths(new Uri(endpoint), version: null);

        Assert.Equal("https://eu.openai.azure.com/", paths.Root.AbsoluteUri);
        Assert.Equal("openai/v1/chat/completions", paths.Of(ApiOperation.ChatCompletions, "chat/completions", "m"));
        Assert.Equal("openai/v1/realtime?model=m", paths.Of(ApiOperation.Realtime, "realtime?model=m", "m"));
        Assert.Equal("openai/v1/models", paths.Models);
    }

    [Fact]
    public void Foundrys_inference_has_chat_and_embeddings_and_the_rest_is_version_one()
    {
        var paths = new AzurePaths(new Uri("https://eu.services.ai.azure.com/models"), version: null);

        Assert.Equal("https://eu.services.ai.azure.com/", paths.Root.AbsoluteUri);
        Assert.Equal("models/chat/completions?api-version=2024-05-01-preview", paths.Of(ApiOperation.ChatCompletions, "chat/completions", "grok"));
        Assert.Equal("models/embeddings?api-version=2024-05-01-preview", paths.Of(ApiOperation.Embeddings, "embeddings", "e"));
        Assert.Equal("openai/v1/responses", paths.Of(ApiOperation.Responses, "responses", "gpt"));
    }

    [Fact]
    public void A_path_in_front_of_the_resource_stays() =>
        Assert.Equal("https://apim.example/eu", new AzurePaths(new Uri("https://apim.example/eu/openai/v1"), null).Root.AbsoluteUri);

    [Fact]
    public void A_deployment_that_is_not_known_has_no_path() =>
        Assert.Null(new AzurePaths(new Uri("https://eu.openai.azure.com"), "2024-10-21").Of(ApiOperation.Transcriptions, "audio/transcriptions", ""));

    // The order of a query says nothing.
    private static string Ordered(string path)
    {
        var question = path.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? path : $"{path[..question]}?{string.Join('&', path[(question + 1)..].Split('&').Order(StringComparer.Ordinal))}";
    }
}
