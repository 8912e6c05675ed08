using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Guardrails.Schemas;

/// <summary>A guardrail that takes only answers of a JSON schema: its own, or that which the request asks for. A stream is checked at its end.</summary>
internal sealed class SchemaGuardrail(GuardrailSettings settings) : Guardrail(settings)
{
    private static readonly JsonSchema s_object = JsonSchema.TryParse("""{"type":"object"}""", isStrict: false, out _)!;

    private readonly JsonSchema? _own = settings.Schema is { } schema ? JsonSchema.TryParse(schema, isStrict: true, out _) : null;

    /// <inheritdoc/>
    public override Func<FoundText, ITextFilter> Begin(GuardedCall call, GuardrailSide side)
    {
        // Requests have none.
        var schema = side == GuardrailSide.Output ? _own ?? AskedBy(call.Call) : null;
        return found => new Filter(this, call, found.Role.Kind == TextKind.Content ? schema : null);
    }

    private static JsonSchema? AskedBy(GatewayCall call)
    {
        if (call.Body.IsEmpty)
        {
            return null;
        }

        using var request = JsonDocument.Parse(call.Body, RequestReader.DocumentOptions);
        var root = request.RootElement;
        var format = call.Operation == ApiOperation.Responses
            ? Member(Member(root, "text"), "format")
            : Member(root, "response_format");
        var schema = call.Operation == ApiOperation.Responses ? Member(format, "schema") : Member(Member(format, "json_schema"), "schema");
        if (schema.ValueKind == JsonValueKind.Object)
        {
            return JsonSchema.TryParse(schema.GetRawText(), isStrict: false, out _);
        }

        var type = Member(format, "type");
        return type.ValueKind == JsonValueKind.String && type.ValueEquals("json_object"u8) ? s_object : null;
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private sealed class Filter(SchemaGuardrail guardrail, GuardedCall call, JsonSchema? schema) : ITextFilter
    {
        private readonly StringBuilder _text = new();
        private bool _isChecked;

        public int? Oldest => null;

        public ValueTask<Refusal?> TakeAsync(OwnedText input, TextEnd end, OwnedText output, CancellationToken cancellationToken)
        {
            if (schema is not null)
            {
                _text.Append(input.Chars);
            }

            output.Take(input);
            return end == TextEnd.Final && schema is not null && !_isChecked && _text.Length > 0 ? new(Check(schema)) : default;
        }

        private Refusal? Check(JsonSchema schema)
        {
            _isChecked = true;
            if (schema.Check(_text.ToString()) is not { } fault)
            {
                return null;
            }

            if (!guardrail.OnlyWarns)
            {
                return new Refusal(guardrail, fault) { Error = GuardrailErrors.NotOfSchema };
            }

            call.NoteWarned(guardrail, GuardrailSide.Output);
            return null;
        }
    }
}
