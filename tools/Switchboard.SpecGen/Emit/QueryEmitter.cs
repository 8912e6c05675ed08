using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Emit;

/// <summary>The query parameters of an operation as a record that writes itself.</summary>
internal static class QueryEmitter
{
    public static void Emit(CodeWriter code, ResourceModel resource, CallModel call, ClientDocumentation documentation)
    {
        code.Summary($"Query parameters of <see cref=\"{resource.ClassName}\"/>.{call.Name}: <c>{call.Operation.Operation.Method} {call.Operation.Operation.Path}</c>.");
        code.Open($"public sealed record {call.QueryName} : IQueryParameters");
        foreach (var parameter in call.Operation.Query)
        {
            code.Summary(documentation.Of(call, parameter));
            code.Line($"public {(parameter.Parameter.Required ? $"required {TypeNames.Of(parameter.Type)}" : $"{TypeNames.Of(parameter.Type)}?")} {parameter.Name} {{ get; init; }}");
            code.Blank();
        }

        code.Open("void IQueryParameters.WriteTo(QueryString query)");
        foreach (var parameter in call.Operation.Query)
        {
            code.Line(Write(parameter));
        }

        code.Close();
        code.Close();
    }

    private static string Write(QueryParameter parameter)
    {
        var name = Literals.Text(parameter.Parameter.Name.Replace("[]", "", StringComparison.Ordinal));
        return parameter.Type switch
        {
            ListType { Item: DeclaredType } => $"query.AddEach({name}, {parameter.Name}?.Select(value => value.Value));",
            ListType => $"query.AddEach({name}, {parameter.Name});",
            MapType => $"query.AddMap({name}, {parameter.Name});",
            DeclaredType => $"query.Add({name}, {parameter.Name}?.Value);",
            _ => $"query.Add({name}, {parameter.Name});",
        };
    }
}
