using System.Collections.Concurrent;
using System.Globalization;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Telemetry;

/// <summary>What the conventions for generative AI call our operations, providers and errors. All are few, so that they may be labels.</summary>
internal static class GenAITerms
{
    /// <summary>Stands for every value that is not one of few.</summary>
    public const string Other = "_other";

    /// <summary>The provider of calls that none was asked for.</summary>
    public const string Gateway = "switchboard";

    /// <summary>The caller left, or another attempt was faster.</summary>
    public const string Cancelled = "cancelled";

    private const int LeastStatus = 400;

    private static readonly string[] s_statuses = [.. Enumerable.Range(LeastStatus, 200).Select(status => status.ToString(CultureInfo.InvariantCulture))];
    private static readonly ConcurrentDictionary<(ApiOperation Operation, string Label), string> s_names = new();
    private static readonly string[] s_operations = [.. Enum.GetValues<ApiOperation>().Select(NameOf)];

    /// <summary>The name of an operation: the conventions' own, or else that of OpenAI's specification.</summary>
    public static string OperationOf(ApiOperation operation) => s_operations[(int)operation];

    /// <summary>The name of a span: the operation, and the model by its label.</summary>
    public static string NameOf(ApiOperation operation, string label) => s_names.GetOrAdd((operation, label), static one => $"{OperationOf(one.Operation)} {one.Label}");

    /// <summary>The name of a kind of provider.</summary>
    public static string ProviderOf(string type) => type switch
    {
        "azure" => "azure.ai.openai",
        "bedrock" => "aws.bedrock",
        "gemini" => "gcp.gemini",
        "vertex" => "gcp.vertex_ai",
        "mistral" => "mistral_ai",
        "xai" => "x_ai",
        _ => type,
    };

    /// <summary>What an error is called: its HTTP status, for what providers write in errors is anything.</summary>
    public static string ErrorOf(GatewayError error) =>
        error.Status == GatewayError.CallerLeft.Status ? Cancelled
        : error.Status - LeastStatus is >= 0 and var place && place < s_statuses.Length ? s_statuses[place]
        : Other;

    private static string NameOf(ApiOperation operation) => operation switch
    {
        ApiOperation.ChatCompletions or ApiOperation.Responses => "chat",
        ApiOperation.Completions => "text_completion",
        ApiOperation.Embeddings => "embeddings",
        ApiOperation.CountTokens => "count_tokens",
        ApiOperation.Other => "relay",
        _ => OperationProfile.Of(operation).Specification.Id,
    };
}
