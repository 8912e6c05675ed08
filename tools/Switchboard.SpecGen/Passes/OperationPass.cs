using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen.Passes;

/// <summary>Adds to the operations what the specification leaves unsaid: streams, beta headers, pages.</summary>
internal static class OperationPass
{
    public static IReadOnlyList<OperationModel> Run(SpecDocument spec, Overlay overlay, IReadOnlyDictionary<string, TypeUse> uses) =>
        [.. spec.Operations.Select(operation => new OperationModel(operation)
        {
            Request = Use(operation.JsonRequest, uses),
            Form = Use(operation.FormRequest, uses),
            Response = Use(operation.Response, uses),
            StreamEvent = overlay.Find("streams", operation.Id) is { } component ? uses[component] : Use(operation.StreamEvent, uses),
            Beta = overlay.All("betaHeaders").FirstOrDefault(entry => operation.Path.StartsWith(entry.Key, StringComparison.Ordinal)).Value,
            Pagination = Pages(operation, Use(operation.Response, uses)),
            Preparation = overlay.Find("prepared", operation.Id),
            AnswersContent = operation.BinaryResponse is not null || overlay.Has("content", operation.Id),
            Query = [.. Query(operation, overlay, uses)],
        })];

    /// <summary>Whether the answer is a stream is said by the method that is called.</summary>
    private static IEnumerable<QueryParameter> Query(Operation operation, Overlay overlay, IReadOnlyDictionary<string, TypeUse> uses) =>
        from parameter in operation.Parameters
        where !parameter.InPath && parameter.Name != "stream"
        select new QueryParameter(parameter, uses[parameter.Schema.Path].Type, overlay.Find("names", $"?{parameter.Name}") ?? Words.Pascal(parameter.Name));

    private static TypeUse? Use(Schema? body, IReadOnlyDictionary<string, TypeUse> uses) => body is null ? null : uses[body.Path];

    private static Pagination Pages(Operation operation, TypeUse? response)
    {
        if (operation.Method != "GET" || response?.Type is not DeclaredType { Declaration: ObjectDeclaration list } || list.Find("data") is null)
        {
            return Pagination.None;
        }

        return operation.Parameters.Any(parameter => parameter.Name == "page") && list.Find("next_page") is not null ? Pagination.NextPage
            : operation.Parameters.All(parameter => parameter.Name != "after") ? Pagination.None
            : list.Find("last_id") is not null ? Pagination.LastId
            : list.Find("next") is not null ? Pagination.Next
            : Pagination.LastItem;
    }
}
