using System.Text.Json;
using System.Text.RegularExpressions;

namespace Switchboard.Gateway.Guardrails.Schemas;

/// <summary>Goes through a value beside its schema.</summary>
/// <remarks>
/// Keywords that say nothing by the specification are passed over. Of those that say something which cannot be judged here
/// the value has the good: it is not refused, whether they stand under <c>not</c> or beside others in <c>oneOf</c>.
/// </remarks>
internal sealed class SchemaWalk(JsonElement root)
{
    private const int MaxDepth = 256;

    // A schema that points to itself in many ways would not end; so many steps are enough for any answer.
    private const int MostSteps = 1_000_000;

    private readonly Dictionary<string, Regex?> _patterns = new(StringComparer.Ordinal);
    private int _steps;

    // How often something could not be judged, and whether that counts as a fault: under "not" what is in doubt must fail for
    // the whole to hold.
    private int _doubts;
    private bool _isSure;

    /// <summary>What is wrong with a value; null for nothing.</summary>
    public string? Check(JsonElement value, JsonElement schema, string path, int depth)
    {
        if (schema.ValueKind == JsonValueKind.False)
        {
            return $"{path} may not be there";
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (depth > MaxDepth || ++_steps > MostSteps)
        {
            return TooDeep(path);
        }

        foreach (var rule in schema.EnumerateObject())
        {
            if (Check(value, schema, rule, path, depth) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>The schema that a reference means; null where there is none.</summary>
    public JsonElement? Resolve(JsonElement reference)
    {
        if (reference.ValueKind != JsonValueKind.String || reference.GetString() is not ['#', .. var pointer])
        {
            return null;
        }

        var target = root;
        foreach (var step in pointer.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (target.ValueKind == JsonValueKind.Object && target.TryGetProperty(name, out var member))
            {
                target = member;
            }
            else if (target.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < target.GetArrayLength())
            {
                target = target[index];
            }
            else
            {
                return null;
            }
        }

        return target;
    }

    /// <summary>A pattern, without what could take exponential time; null where it is none.</summary>
    public static Regex? PatternOf(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private string? Check(JsonElement value, JsonElement schema, JsonProperty rule, string path, int depth) => rule.Name switch
    {
        "type" => IsOfTypes(value, rule.Value) || (IsTrue(schema, "nullable") && value.ValueKind == JsonValueKind.Null) ? null : $"{path} is of another type",
        "enum" => rule.Value.ValueKind != JsonValueKind.Array || rule.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)) ? null : $"{path} is none of its values",
        "const" => JsonElement.DeepEquals(rule.Value, value) ? null : $"{path} is not its value",
        "$ref" => Resolve(rule.Value) is { } target ? Check(value, target, path, depth + 1) : Doubt(path),
        "$dynamicRef" or "$recursiveRef" or "if" => Doubt(path),
        "allOf" => Each(rule.Value).Select(one => Check(value, one, path, depth + 1)).FirstOrDefault(fault => fault is not null),
        "anyOf" => Each(rule.Value).Any(one => Check(value, one, path, depth + 1) is null) ? null : $"{path} is of none of its schemas",
        "oneOf" => IsOfOne(value, rule.Value, path, depth) ? null : $"{path} is not of exactly one of its schemas",
        "not" => !Holds(value, rule.Value, path, depth, isSure: !_isSure) ? null : $"{path} is what it may not be",
        _ => value.ValueKind switch
        {
            JsonValueKind.Object => CheckObject(value, schema, rule, path, depth),
            JsonValueKind.Array => CheckArray(value, schema, rule, path, depth),
            JsonValueKind.String => CheckText(value, rule, path),
            JsonValueKind.Number => CheckNumber(value, rule, path),
            _ => null,
        },
    };

    private static string TooDeep(string path) => $"{path} nests too deep";

    private string? Doubt(string path)
    {
        _doubts++;
        return _isSure ? $"{path} cannot be judged" : null;
    }

    private bool Holds(JsonElement value, JsonElement schema, string path, int depth, bool isSure)
    {
        var before = _isSure;
        _isSure = isSure;
        var holds = Check(value, schema, path, depth + 1) is null;
        _isSure = before;
        return holds;
    }

    private bool IsOfOne(JsonElement value, JsonElement schemas, string path, int depth)
    {
        var (perhaps, surely) = (0, 0);
        foreach (var schema in Each(schemas))
        {
            var before = _doubts;
            if (Holds(value, schema, path, depth, isSure: false))
            {
                perhaps++;
                surely += _doubts == before || Holds(value, schema, path, depth, isSure: true) ? 1 : 0;
            }
        }

        return _isSure ? (perhaps, surely) == (1, 1) : perhaps >= 1 && surely <= 1;
    }

    private string? CheckObject(JsonElement value, JsonElement schema, JsonProperty rule, string path, int depth)
    {
        switch (rule.Name)
        {
            case "required":
                return Each(rule.Value).Where(name => name.ValueKind == JsonValueKind.String && !value.TryGetProperty(name.GetString()!, out _))
                    .Select(name => $"{path}.{name.GetString()} is missing").FirstOrDefault();
            case "properties" when rule.Value.ValueKind == JsonValueKind.Object:
                return rule.Value.EnumerateObject().Where(member => value.TryGetProperty(member.Name, out _))
                    .Select(member => Check(value.GetProperty(member.Name), member.Value, $"{path}.{member.Name}", depth + 1)).FirstOrDefault(fault => fault is not null);
            case "patternProperties" when rule.Value.ValueKind == JsonValueKind.Object:
                return rule.Value.EnumerateObject().SelectMany(pattern => value.EnumerateObject(), (pattern, member) => CheckMatched(member, pattern, path, depth)).FirstOrDefault(fault => fault is not null);
            case "additionalProperties":
                // The names of others are the answer's own, and not repeated.
                return value.EnumerateObject().Select(member => IsKnown(schema, member.Name) switch
                {
                    true => null,
                    false => Check(member.Value, rule.Value, $"{path}.*", depth + 1),
                    null => Doubt($"{path}.*"),
                }).FirstOrDefault(fault => fault is not null);
            case "propertyNames" or "dependentRequired" or "dependentSchemas" or "dependencies" or "unevaluatedProperties":
                return Doubt(path);
            case "minProperties":
                return Number(rule.Value) > value.GetPropertyCount() ? $"{path} has too few members" : null;
            case "maxProperties":
                return Number(rule.Value) < value.GetPropertyCount() ? $"{path} has too many members" : null;
            default:
                return null;
        }
    }

    private string? CheckMatched(JsonProperty member, JsonProperty pattern, string path, int depth) => _steps > MostSteps ? TooDeep(path) : IsMatch(pattern.Name, member.Name) switch
    {
        true => Check(member.Value, pattern.Value, $"{path}.*", depth + 1),
        false => null,
        null => Doubt($"{path}.*"),
    };

    // Null where a pattern of the schema cannot be judged.
    private bool? IsKnown(JsonElement schema, string name)
    {
        if (schema.TryGetProperty("properties"u8, out var known) && known.TryGetProperty(name, out _))
        {
            return true;
        }

        bool? isKnown = false;
        if (schema.TryGetProperty("patternProperties"u8, out var patterns) && patterns.ValueKind == JsonValueKind.Object)
        {
            foreach (var pattern in patterns.EnumerateObject())
            {
                isKnown |= IsMatch(pattern.Name, name);
            }
        }

        return isKnown;
    }

    private bool? IsMatch(string pattern, string text)
    {
        _steps++;
        if (!_patterns.TryGetValue(pattern, out var regex))
        {
            _patterns[pattern] = regex = PatternOf(pattern);
        }

        return regex?.IsMatch(text);
    }

    private string? CheckArray(JsonElement value, JsonElement schema, JsonProperty rule, string path, int depth)
    {
        switch (rule.Name)
        {
            // A list of "items" is what drafts before 2020-12 have for "prefixItems".
            case "items" when rule.Value.ValueKind == JsonValueKind.Array:
            case "prefixItems":
                return value.EnumerateArray().Zip(Each(rule.Value)).Select((pair, i) => Check(pair.First, pair.Second, $"{path}[{i}]", depth + 1)).FirstOrDefault(fault => fault is not null);
            case "items":
                var first = schema.TryGetProperty("prefixItems"u8, out var prefix) && prefix.ValueKind == JsonValueKind.Array ? prefix.GetArrayLength() : 0;
                return value.EnumerateArray().Skip(first).Select((item, i) => Check(item, rule.Value, $"{path}[{first + i}]", depth + 1)).FirstOrDefault(fault => fault is not null);
            case "minItems":
                return Number(rule.Value) > value.GetArrayLength() ? $"{path} has too few items" : null;
            case "maxItems":
                return Number(rule.Value) < value.GetArrayLength() ? $"{path} has too many items" : null;
            case "contains" or "additionalItems" or "unevaluatedItems":
                return Doubt(path);
            case "uniqueItems" when rule.Value.ValueKind == JsonValueKind.True:
                var items = value.EnumerateArray().Select(item => item.GetRawText()).ToList();
                return items.Distinct(StringComparer.Ordinal).Count() < items.Count ? $"{path} has an item twice" : null;
            default:
                return null;
        }
    }

    private string? CheckText(JsonElement value, JsonProperty rule, string path)
    {
        var text = value.GetString()!;
        switch (rule.Name)
        {
            case "minLength":
                return Number(rule.Value) > LengthOf(text) ? $"{path} is too short" : null;
            case "maxLength":
                return Number(rule.Value) < LengthOf(text) ? $"{path} is too long" : null;
            case "pattern" when rule.Value.ValueKind == JsonValueKind.String:
                return IsMatch(rule.Value.GetString()!, text) switch
                {
                    true => null,
                    false => $"{path} is not of its pattern",
                    null => Doubt(path),
                };
            default:
                return null;
        }
    }

    private static string? CheckNumber(JsonElement value, JsonProperty rule, string path)
    {
        if (rule.Value.ValueKind != JsonValueKind.Number)
        {
            return null;
        }

        var (number, bound) = (value.GetDouble(), rule.Value.GetDouble());
        var isGood = rule.Name switch
        {
            "minimum" => number >= bound,
            "maximum" => number <= bound,
            "exclusiveMinimum" => number > bound,
            "exclusiveMaximum" => number < bound,
            "multipleOf" => bound <= 0 || IsMultiple(value, rule.Value),
            _ => true,
        };
        return isGood ? null : $"{path} is out of its range";
    }

    private static bool IsMultiple(JsonElement value, JsonElement of) => value.TryGetDecimal(out var number) && of.TryGetDecimal(out var unit) && unit != 0
        ? number % unit == 0
        : Math.IEEERemainder(value.GetDouble(), of.GetDouble()) == 0;

    private static bool IsOfTypes(JsonElement value, JsonElement types) => types.ValueKind == JsonValueKind.Array
        ? types.EnumerateArray().Any(type => IsOfType(value, type.GetString()))
        : types.ValueKind != JsonValueKind.String || IsOfType(value, types.GetString());

    private static bool IsOfType(JsonElement value, string? type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Null => type == "null",
        _ => type == "number" || (type == "integer" && double.IsInteger(value.GetDouble())),
    };

    private static JsonElement.ArrayEnumerator Each(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static bool IsTrue(JsonElement schema, string name) => schema.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    // Characters as people count them, not halves.
    private static int LengthOf(string text) => text.EnumerateRunes().Count();
}
