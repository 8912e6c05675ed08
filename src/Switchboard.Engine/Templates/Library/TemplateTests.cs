namespace Switchboard.Engine.Templates.Library;

/// <summary>What may follow <c>is</c>.</summary>
internal static class TemplateTests
{
    public static bool Apply(string name, object? value, TemplateArguments arguments) => name switch
    {
        "defined" => value is not Undefined,
        "undefined" => value is Undefined,
        "none" => value is null,
        "string" or "number" or "integer" or "float" or "boolean" or "mapping" or "sequence" or "iterable" or "callable" => IsKind(name, value),
        "true" => value is true,
        "false" => value is false,
        "odd" => TemplateValues.ToInteger(value) % 2 != 0,
        "even" => TemplateValues.ToInteger(value) % 2 == 0,
        "divisibleby" => TemplateValues.ToInteger(arguments.At(0, "num")) is not 0 and not -1 and var by && TemplateValues.ToInteger(value) % by == 0,
        _ => Compare(name, value, arguments.At(0, "other")),
    };

    private static bool IsKind(string kind, object? value) => kind switch
    {
        "string" => value is MarkedText,
        "number" => value is long or double,
        "integer" => value is long,
        "float" => value is double,
        "boolean" => value is bool,
        "mapping" => value is TemplateMap,
        "callable" => value is TemplateFunction,
        _ => value is MarkedText or List<object?> or TemplateMap,
    };

    private static bool Compare(string name, object? value, object? other) => name switch
    {
        "eq" or "equalto" or "sameas" => TemplateValues.Equals(value, other),
        "ne" => !TemplateValues.Equals(value, other),
        "lt" => TemplateValues.Compare(value, other) < 0,
        "gt" => TemplateValues.Compare(value, other) > 0,
        "le" => TemplateValues.Compare(value, other) <= 0,
        "ge" => TemplateValues.Compare(value, other) >= 0,
        "in" => TemplateValues.Contains(other, value),
        _ => throw new TemplateFault($"The test '{name}' is not supported."),
    };
}
