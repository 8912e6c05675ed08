using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Batches;

/// <summary>The endpoints that lines of a batch may be for.</summary>
public static class BatchEndpoints
{
    private const string Prefix = "/v1/";

    private static readonly ApiOperation[] s_operations = [ApiOperation.ChatCompletions, ApiOperation.Completions, ApiOperation.Embeddings, ApiOperation.Responses];

    /// <summary>All of them, for people.</summary>
    public static string Known { get; } = string.Join(", ", s_operations.Select(operation => Prefix + OperationProfile.Of(operation).Path));

    /// <summary>What an endpoint asks for; null where lines cannot be for it.</summary>
    /// <param name="endpoint">Such as <c>/v1/chat/completions</c>.</param>
    public static OperationProfile? Find(string endpoint)
    {
        foreach (var operation in s_operations)
        {
            var profile = OperationProfile.Of(operation);
            if (endpoint == Prefix + profile.Path)
            {
                return profile;
            }
        }

        return null;
    }
}
