using Switchboard.Testing.Recordings;
using Switchboard.Tests.Client.Calls;

namespace Switchboard.Tests.Client.Replay;

/// <summary>A recorded request and answer, and the operation that they are of.</summary>
/// <param name="Source">The file, with the entry's number.</param>
/// <param name="Exchange">What was sent and answered.</param>
/// <param name="Route">The operation and the ids in its path.</param>
internal sealed record Interaction(string Source, RecordedExchange Exchange, OperationRoute Route)
{
    public string? ContentType => Header(Exchange.RequestHeaders, "Content-Type");

    public bool IsForm => ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) is true;

    public bool IsJson => Exchange.RequestBody.Length > 0 && !IsForm;

    /// <summary>The request had a body that the recording dropped.</summary>
    public bool IsBodyLost => ContentType is not null && Exchange.RequestBody.Length == 0;

    /// <summary>The address says that the answer is to be a stream.</summary>
    public bool IsStreamInAddress => Exchange.Uri.Query.Contains("stream=true", StringComparison.Ordinal);

    /// <summary>What the count tells it as.</summary>
    public string Kind => Exchange switch
    {
        { Status: >= 400 } => "errors",
        { IsStream: true } => "streams",
        _ when Header(Exchange.ResponseHeaders, "Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) is true => "JSON",
        _ when Route.Operation.BinaryContentType is null => "texts",
        _ => "files",
    };

    public static string? Header(IEnumerable<KeyValuePair<string, string>> headers, string name) =>
        headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).FirstOrDefault();

    /// <summary>Every interaction below a folder, in a fixed order.</summary>
    public static IEnumerable<Interaction> In(string folder) =>
        from file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        from pair in Recording.FromSession(file).Exchanges.Index()
        let source = $"{Path.GetRelativePath(folder, file)}[{pair.Index}]"
        let path = pair.Item.Uri.AbsolutePath
        select new Interaction(source, pair.Item, OperationRoute.Find(pair.Item.Method, path["/v1".Length..]) ?? throw new InvalidDataException($"{source}: no operation for {path}"));
}
