using Switchboard.Protocol.Operations;

namespace Switchboard.Tests.Client.Calls;

/// <summary>The operation that a method and path belong to.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Ids">What stands for the parameters of its path, unescaped.</param>
internal sealed record OperationRoute(OpenAIOperation Operation, IReadOnlyList<string> Ids)
{
    /// <summary>The route of a path below the base address; a literal segment goes before a parameter.</summary>
    public static OperationRoute? Find(string method, string path)
    {
        var segments = path.Trim('/').Split('/');
        return OpenAIOperations.All
            .Where(operation => operation.Method == method && Matches(Cut(operation), segments))
            .OrderBy(operation => Cut(operation).Count(IsParameter))
            .Select(operation => new OperationRoute(operation, [.. Cut(operation).Zip(segments).Where(pair => IsParameter(pair.First)).Select(pair => Uri.UnescapeDataString(pair.Second))]))
            .FirstOrDefault();
    }

    private static string[] Cut(OpenAIOperation operation) => operation.Path.Trim('/').Split('/');

    private static bool IsParameter(string segment) => segment.StartsWith('{') && segment.EndsWith('}');

    private static bool Matches(string[] template, string[] segments) =>
        template.Length == segments.Length && template.Zip(segments).All(pair => IsParameter(pair.First) || pair.First == pair.Second);
}
