using Switchboard.Testing.Places;

namespace Switchboard.Testing.Corpus;

/// <summary>The operations of the specification by method and path.</summary>
internal sealed class OperationPaths
{
    private readonly List<(string Method, string[] Segments, string Id)> _operations = [];

    private OperationPaths()
    {
    }

    /// <summary>Reads <c>openapi/operations.tsv</c>; the beta twins, told apart by a query, are left out.</summary>
    public static OperationPaths Read()
    {
        var paths = new OperationPaths();
        var rows = File.ReadLines(SharedFolder.Combine("openapi", "operations.tsv")).Select(line => line.Split('\t')).ToList();
        var (method, path, id) = (rows[0].IndexOf("method"), rows[0].IndexOf("path"), rows[0].IndexOf("operationId"));
        foreach (var row in rows.Skip(1).Where(row => !row[path].Contains('?', StringComparison.Ordinal)))
        {
            paths._operations.Add((row[method], Cut(row[path]), row[id]));
        }

        return paths;
    }

    /// <summary>The operation's id, or null. A literal segment goes before a parameter.</summary>
    public string? Find(string method, string path)
    {
        var segments = Cut(path);
        return _operations
            .Where(operation => operation.Method == method && IsMatch(operation.Segments, segments))
            .OrderBy(operation => operation.Segments.Count(IsParameter))
            .Select(operation => operation.Id)
            .FirstOrDefault();
    }

    private static string[] Cut(string path) => path.Trim('/').Split('/');

    private static bool IsParameter(string segment) => segment.StartsWith('{');

    private static bool IsMatch(string[] template, string[] segments) =>
        template.Length == segments.Length && template.Zip(segments).All(pair => IsParameter(pair.First) || pair.First == pair.Second);
}
