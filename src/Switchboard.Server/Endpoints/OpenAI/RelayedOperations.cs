using System.Collections.Frozen;
using Switchboard.Gateway.Requests;
using Switchboard.Protocol.Operations;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>Which operations are relayed as they are: all of the specification that the gateway does not answer itself.</summary>
internal static class RelayedOperations
{
    private static readonly FrozenSet<string> s_own =
        OperationProfile.All.Select(profile => profile.Specification.Id)
            .Append(OpenAIOperations.ListModels.Id)
            .Append(OpenAIOperations.RetrieveModel.Id)
            .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    // The specification has some twice, once with a query in the path: the same route, and the query is passed on.
    public static IReadOnlyList<OpenAIOperation> All { get; } =
        [.. OpenAIOperations.All.Where(operation => !operation.Path.Contains('?', StringComparison.Ordinal) && !s_own.Contains(operation.Id))];
}
