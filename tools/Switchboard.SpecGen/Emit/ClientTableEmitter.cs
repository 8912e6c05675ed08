using System.Globalization;
using System.Text;
using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Emit;

/// <summary>Which method is which operation: as a page of the documentation, and as a table for the tests.</summary>
internal static class ClientTableEmitter
{
    public static string Page(string version, IReadOnlyList<OperationModel> operations, IReadOnlyList<ResourceModel> roots)
    {
        var rows = Rows(roots);
        var text = new StringBuilder("<!-- Written by tools/Switchboard.SpecGen. Do not edit: change the generator or its overlay and run it again. -->\n\n")
            .Append("# The client's method of each operation\n\n")
            .Append(CultureInfo.InvariantCulture, $"Version {version} of the API specification has {operations.Count} operations. Every method that takes or gives JSON has a twin for types of your own; ids stand before the request.\n\n")
            .Append("| operation | HTTP | method |\n|---|---|---|\n");
        foreach (var (operation, (accessor, methods)) in operations.Select(operation => (operation.Operation, rows[operation.Operation.Id])))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {operation.Id}{(operation.Deprecated ? " (deprecated)" : "")} | `{operation.Method} {operation.Path}` | `client.{accessor}`: {string.Join(", ", methods.Select(method => $"`{method}`"))} |\n");
        }

        return text.ToString();
    }

    public static string Test(string version, IReadOnlyList<OperationModel> operations, IReadOnlyList<ResourceModel> roots)
    {
        var rows = Rows(roots);
        var code = FileHead.Write(version);
        code.Line("namespace Switchboard.Tests.Client.Resources;");
        code.Blank();
        code.Open("internal static partial class ClientMethods");
        code.Summary("Each operation's resource, and its methods there.");
        code.Line("public static IReadOnlyList<ClientMethod> All { get; } =");
        code.Line("[");
        foreach (var (id, (accessor, methods)) in operations.Select(operation => (operation.Operation.Id, rows[operation.Operation.Id])))
        {
            code.Line($"    new({Literals.Text(id)}, {Literals.Text(accessor)}, [{string.Join(", ", methods.Select(Literals.Text))}]),");
        }

        code.Line("];");
        code.Close();
        return code.ToString();
    }

    private static Dictionary<string, (string Accessor, IEnumerable<string> Methods)> Rows(IReadOnlyList<ResourceModel> roots) =>
        roots.SelectMany(ClientEmitter.WithChildren)
            .SelectMany(resource => resource.Calls.Select(call => (call.Operation.Operation.Id, Row: (resource.Accessor, call.Methods))))
            .ToDictionary(row => row.Id, row => row.Row, StringComparer.Ordinal);
}
