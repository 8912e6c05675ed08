using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Passes;

namespace Switchboard.SpecGen.Emit;

/// <summary>Summaries of the client's methods and parameters: our own words where somebody wrote them, else what names and facts say.</summary>
internal sealed class ClientDocumentation(Documentation documentation)
{
    private const string Operations = "operations";
    private const string Parameters = "parameters";

    public string Of(ResourceModel resource, CallModel call)
    {
        var operation = call.Operation.Operation;
        return $"{documentation.Text(Operations, operation.Id) ?? Fact(resource, call)} <c>{operation.Method} {operation.Path}</c>.{(operation.Deprecated ? " Deprecated by the API." : "")}";
    }

    public string OfId(string parameter) => documentation.Text(Parameters, parameter)
        ?? (parameter.EndsWith("_id", StringComparison.Ordinal) ? $"Id of the {Words.Plain(parameter[..^3])}." : $"{Documentation.Sentence(parameter)}.");

    public string Of(CallModel call, QueryParameter query)
    {
        var (name, schema) = (query.Parameter.Name, query.Parameter.Schema);
        var text = documentation.Text(Parameters, $"{call.Operation.Operation.Id}?{name}") ?? documentation.Text(Parameters, name) ?? $"{Documentation.Sentence(query.Name)}.";
        return text + Documentation.Facts(schema) + OnlyValue(schema) + (query.Parameter.Schema.Deprecated ? " Deprecated by the API." : "");
    }

    private static string OnlyValue(Specification.Schema schema) =>
        (schema.Items ?? schema) is { Type: "string", Values: [var only] } ? $" Known value: \"{only}\"." : "";

    private static string Fact(ResourceModel resource, CallModel call)
    {
        var names = resource.Stem.ToList();
        var owner = names.Count > 1 ? $" of {Article(Words.Plain(Words.Singular(names[^2])))}" : "";
        var one = Words.Plain(Words.Singular(resource.Name));
        var isItem = call.Operation.Operation.Path.EndsWith('}');
        return call.Name switch
        {
            "List" => $"Lists the {Words.Plain(resource.Name)}{owner}.",
            "Create" => $"Creates {Article(one)}{owner}.",
            "Retrieve" => $"Reads {(isItem ? Article(one) : "the " + Words.Plain(resource.Name))}{owner}.",
            "Update" => $"Changes {(isItem ? Article(one) : "the " + Words.Plain(resource.Name))}{owner}.",
            "Delete" => $"Deletes {(isItem ? Article(one) : "the " + Words.Plain(resource.Name))}{owner}.",
            _ => throw new InvalidOperationException($"Nothing says what {resource.Accessor}.{call.Name} does: give {call.Operation.Operation.Id} a text under {Operations} in Summaries."),
        };
    }

    private static string Article(string noun) => ("aeio".Contains(noun[0], StringComparison.Ordinal) ? "an " : "a ") + noun;
}
