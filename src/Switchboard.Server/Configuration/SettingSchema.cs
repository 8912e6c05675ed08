using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Switchboard.Server.Configuration;

/// <summary>The JSON schema of the file, for editors: made from <see cref="SettingCatalog"/>, published in <c>docs/</c>.</summary>
internal static class SettingSchema
{
    /// <summary>The schema as it lies in <c>docs/switchboard.schema.json</c>.</summary>
    public static string Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("$schema"u8, "https://json-schema.org/draft/2020-12/schema"u8);
            json.WriteString("title"u8, "switchboard.yaml"u8);
            WriteObject(json, () =>
            {
                foreach (var part in SettingCatalog.Parts)
                {
                    json.WriteStartObject(part.Name);
                    json.WriteString("description"u8, part.Description);
                    WritePart(json, part.Name);
                    json.WriteEndObject();
                }
            });
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)) + "\n";
    }

    private static void WritePart(Utf8JsonWriter json, string part)
    {
        if (SettingCatalog.Groups.TryGetValue(part, out var settings))
        {
            WriteSettings(json, settings);
            return;
        }

        if (part == SettingCatalog.ModelData)
        {
            json.WriteString("type"u8, "string"u8);
            return;
        }

        if (part == SettingCatalog.Guardrails)
        {
            json.WriteString("type"u8, "array"u8);
            json.WriteStartObject("items"u8);
            WriteSettings(json, SettingCatalog.GuardrailSettings);
            json.WriteEndObject();
            return;
        }

        json.WriteString("type"u8, "object"u8);
        json.WriteStartObject("additionalProperties"u8);
        if (part == SettingCatalog.Aliases)
        {
            json.WriteString("type"u8, "string"u8);
        }
        else
        {
            WriteSettings(json, part == SettingCatalog.Providers ? SettingCatalog.ProviderSettings : SettingCatalog.ModelSettings);
        }

        json.WriteEndObject();
    }

    private static void WriteSettings(Utf8JsonWriter json, IReadOnlyList<SettingDefinition> settings)
    {
        WriteObject(json, () =>
        {
            foreach (var setting in settings)
            {
                json.WriteStartObject(setting.Name);
                WriteSetting(json, setting);
                json.WriteEndObject();
            }
        });
        if (settings.Any(setting => setting.IsRequired))
        {
            json.WriteStartArray("required"u8);
            foreach (var setting in settings.Where(setting => setting.IsRequired))
            {
                json.WriteStringValue(setting.Name);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteObject(Utf8JsonWriter json, Action writeProperties)
    {
        json.WriteString("type"u8, "object"u8);
        json.WriteBoolean("additionalProperties"u8, false);
        json.WriteStartObject("properties"u8);
        writeProperties();
        json.WriteEndObject();
    }

    private static void WriteSetting(Utf8JsonWriter json, SettingDefinition setting)
    {
        json.WriteString("description"u8, setting.Description);
        WriteType(json, setting);
        if (setting.Allowed.Count > 0)
        {
            json.WriteStartArray("enum"u8);
            foreach (var value in setting.Allowed)
            {
                WriteValue(json, setting.Kind, value);
            }

            json.WriteEndArray();
        }

        if (setting.Default is { } fallback)
        {
            json.WritePropertyName("default"u8);
            WriteValue(json, setting.Kind, fallback);
        }
    }

    private static void WriteType(Utf8JsonWriter json, SettingDefinition setting)
    {
        switch (setting.Kind)
        {
            case SettingKind.Integer:
                json.WriteString("type"u8, "integer"u8);
                if (setting.Range is var (least, most))
                {
                    json.WriteNumber("minimum"u8, least);
                    json.WriteNumber("maximum"u8, most);
                }

                break;
            case SettingKind.Boolean:
                json.WriteString("type"u8, "boolean"u8);
                break;
            case SettingKind.Duration:
                json.WriteString("type"u8, "string"u8);
                json.WriteString("pattern"u8, @"^(0|\d+(\.\d+)?\s*(ms|s|m|min|h))$"u8);
                break;
            case SettingKind.Number:
                json.WriteString("type"u8, "number"u8);
                if (setting.Range is var (low, high))
                {
                    json.WriteNumber("minimum"u8, low);
                    json.WriteNumber("maximum"u8, high);
                }

                break;
            case SettingKind.Group:
                WriteSettings(json, setting.Members);
                break;
            case SettingKind.Groups:
                json.WriteString("type"u8, "object"u8);
                json.WriteStartObject("additionalProperties"u8);
                WriteSettings(json, setting.Members);
                json.WriteEndObject();
                break;
            case SettingKind.Map:
                json.WriteString("type"u8, "object"u8);
                json.WriteStartObject("additionalProperties"u8);
                json.WriteString("type"u8, "string"u8);
                json.WriteEndObject();
                break;
            case SettingKind.Texts:
                json.WriteString("type"u8, "array"u8);
                json.WriteStartObject("items"u8);
                json.WriteString("type"u8, "string"u8);
                json.WriteEndObject();
                break;
            case SettingKind.List:
                json.WriteString("type"u8, "array"u8);
                json.WriteNumber("minItems"u8, 1);
                json.WriteStartObject("items"u8);
                WriteSettings(json, SettingCatalog.DeploymentSettings);
                json.WriteEndObject();
                break;
            default:
                json.WriteString("type"u8, "string"u8);
                break;
        }
    }

    private static void WriteValue(Utf8JsonWriter json, SettingKind kind, string value)
    {
        switch (kind)
        {
            case SettingKind.Integer:
                json.WriteNumberValue(int.Parse(value, CultureInfo.InvariantCulture));
                break;
            case SettingKind.Number:
                json.WriteNumberValue(decimal.Parse(value, CultureInfo.InvariantCulture));
                break;
            case SettingKind.Boolean:
                json.WriteBooleanValue(value == "true");
                break;
            default:
                json.WriteStringValue(value);
                break;
        }
    }
}
