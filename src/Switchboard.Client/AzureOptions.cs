namespace Switchboard.Client;

/// <summary>Azure OpenAI as the server. What is left null is taken from <c>AZURE_OPENAI_ENDPOINT</c>, <c>AZURE_OPENAI_API_KEY</c>, <c>AZURE_OPENAI_AD_TOKEN</c> and <c>OPENAI_API_VERSION</c>.</summary>
public sealed record AzureOptions
{
    /// <summary>The scope of Entra tokens for Azure OpenAI.</summary>
    public const string TokenScope = "https://cognitiveservices.azure.com/.default";

    /// <summary>The resource's address, such as <c>https://my-resource.openai.azure.com</c>.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The resource's key, sent as <c>api-key</c>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Gives an Entra token for each attempt, sent as <c>Authorization: Bearer</c>; goes before <see cref="ApiKey"/>. The package Switchboard.Client.Azure makes one of a credential.</summary>
    public Func<CancellationToken, ValueTask<string>>? TokenProvider { get; set; }

    /// <summary>
    /// The API's version, sent as <c>api-version</c>, such as <c>2024-10-21</c>: required by the classic surface,
    /// optional on the v1 surface (<c>preview</c>).
    /// </summary>
    public string? ApiVersion { get; set; }

    /// <summary>
    /// The deployment of the classic surface that answers whatever model a request names; null, the default, to take the
    /// request's model as the deployment's name.
    /// </summary>
    public string? Deployment { get; set; }

    /// <summary>Which of the two surfaces is called; the v1 surface by default.</summary>
    public AzureSurface Surface { get; set; }

    /// <summary>The options without their secrets.</summary>
    public override string ToString() => $"{Endpoint}, {Surface}, {nameof(ApiVersion)} = {ApiVersion}";
}
