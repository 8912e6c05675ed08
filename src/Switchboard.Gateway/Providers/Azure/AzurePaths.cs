using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Providers.Azure;

/// <summary>
/// Where the operations of OpenAI stand on Azure, below the root of a resource. Version 1 has OpenAI's paths. A dated
/// version has the deployment, which is the model's name there, in the path of operations that run a model. Foundry's
/// model inference has chat and embeddings at a place of their own.
/// </summary>
internal sealed class AzurePaths
{
    private const string VersionOne = "openai/v1/";
    private const string UsualInferenceVersion = "2024-05-01-preview";

    private readonly string? _version;
    private readonly bool _isInference;

    /// <summary>The paths of a resource.</summary>
    /// <param name="endpoint">Its address, as it is written in the settings.</param>
    /// <param name="version">The dated version; null for version 1.</param>
    public AzurePaths(Uri endpoint, string? version)
    {
        var path = endpoint.AbsolutePath.TrimEnd('/');
        _isInference = path.EndsWith("/models", StringComparison.Ordinal);
        _version = version ?? (_isInference ? UsualInferenceVersion : null);
        path = Without(path, _isInference ? "/models" : "/openai/v1", "/openai");
        Root = new Uri(endpoint, path.Length == 0 ? "/" : path);
    }

    /// <summary>The root of the resource. Who copies an address with the version behind it means the same.</summary>
    public Uri Root { get; }

    /// <summary>The path of the list of models.</summary>
    public string Models => Of(ApiOperation.Other, "models", "")!;

    /// <summary>Where a call goes; null where its deployment is not known.</summary>
    public string? Of(ApiOperation operation, string path, string model)
    {
        if (_isInference)
        {
            return operation is ApiOperation.ChatCompletions or ApiOperation.Embeddings ? Dated($"models/{path}") : VersionOne + path;
        }

        if (_version is null)
        {
            return VersionOne + path;
        }

        if (operation == ApiOperation.Realtime)
        {
            return Dated($"openai/{OfSession(path, model)}");
        }

        return !HasDeployment(operation) ? Dated($"openai/{path}")
            : model.Length == 0 ? null
            : Dated($"openai/deployments/{Uri.EscapeDataString(model)}/{path}");
    }

    private static bool HasDeployment(ApiOperation operation) => operation is
        ApiOperation.ChatCompletions or ApiOperation.Completions or ApiOperation.Embeddings
        or ApiOperation.ImageGenerations or ApiOperation.ImageEdits or ApiOperation.ImageVariations
        or ApiOperation.Speech or ApiOperation.Transcriptions or ApiOperation.Translations;

    // A session names its deployment in the query, by another word.
    private static string OfSession(string path, string model)
    {
        var bare = Requests.QueryText.Without(path, "model");
        return model.Length == 0 ? bare : $"{bare}{(bare.Contains('?', StringComparison.Ordinal) ? '&' : '?')}deployment={Uri.EscapeDataString(model)}";
    }

    private string Dated(string path) => $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api-version={_version}";

    private static string Without(string path, params ReadOnlySpan<string> ends)
    {
        foreach (var end in ends)
        {
            if (path.EndsWith(end, StringComparison.Ordinal))
            {
                return path[..^end.Length];
            }
        }

        return path;
    }
}
