using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Passes;

namespace Switchboard.SpecGen.Emit;

/// <summary>The catalogue of operations, each made when it is asked for: a trimmed program keeps those that it uses.</summary>
internal static class OperationsEmitter
{
    public static string Emit(CodeWriter code, IReadOnlyList<OperationModel> operations)
    {
        code.Line("namespace Switchboard.Protocol.Operations;");
        code.Blank();
        code.Summary("Every operation of the API.");
        code.Open("public static class OpenAIOperations");
        foreach (var model in operations)
        {
            var operation = model.Operation;
            code.Summary($"{operation.Method} {operation.Path}.");
            code.Open($"public static OpenAIOperation {Name(operation.Id)} => field ??= new({Literals.Text(operation.Id)}, {Literals.Text(operation.Method)}, {Literals.Text(operation.Path)})");
            foreach (var (property, value) in Properties(model))
            {
                code.Line($"{property} = {value},");
            }

            code.Close("};");
            code.Blank();
        }

        code.Summary("All of them, in the order of the specification.");
        code.Line("public static IReadOnlyList<OpenAIOperation> All => field ??=");
        code.Line($"[\n{string.Join("\n", operations.Select(model => $"    {Name(model.Operation.Id)},"))}\n];");
        code.Close();
        return code.ToString();
    }

    public static string Name(string id) => Words.Pascal(id);

    private static IEnumerable<(string Property, string Value)> Properties(OperationModel model)
    {
        (string Property, string? Value)[] all =
        [
            ("TakesJson", model.Request is null ? null : "true"),
            ("RequestMembers", model.Request?.Type is DeclaredType { Declaration: ObjectDeclaration request } ? $"[{string.Join(", ", request.Members.Select(member => Literals.Text(member.WireName)))}]" : null),
            ("TakesForm", model.Form is null ? null : "true"),
            ("Streams", model.StreamEvent is null ? null : "true"),
            ("BinaryContentType", model.Operation.BinaryResponse is { } type ? Literals.Text(type) : null),
            ("BetaHeader", model.Beta is { } beta ? Literals.Text(beta) : null),
            ("NeedsAdminKey", model.Operation.NeedsAdminKey ? "true" : null),
            ("Pagination", model.Pagination == Pagination.None ? null : $"Pagination.{model.Pagination}"),
            ("IsDeprecated", model.Operation.Deprecated ? "true" : null),
        ];
        return all.Where(one => one.Value is not null).Select(one => (one.Property, one.Value!));
    }
}
