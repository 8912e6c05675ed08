using System.Globalization;
using System.Text;

namespace Switchboard.Server.Configuration;

/// <summary>The page of all settings, for people: made from <see cref="SettingCatalog"/>, published in <c>docs/</c>.</summary>
internal static class SettingReference
{
    /// <summary>The page as it lies in <c>docs/configuration-reference.md</c>.</summary>
    public static string Write()
    {
        var text = new StringBuilder();
        text.Append("# Configuration reference\n\n");
        text.Append("Every setting of `switchboard.yaml`. This page is made from the code that reads them (`UPDATE_SCHEMA=1 ./check -class '*SettingSchemaTests'` writes it anew); [configuration](configuration.md) tells how they are used together.\n\n");
        text.Append("A setting that has one place in the file can be set by a variable of the environment, too. Durations are written `500ms`, `30s`, `2m`, `1h`. A setting in **bold** must be there.\n");
        foreach (var part in SettingCatalog.Parts)
        {
            WritePart(text, part);
        }

        return text.ToString();
    }

    private static void WritePart(StringBuilder text, SettingDefinition part)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## `{part.Name}`\n\n{part.Description}\n");
        if (SettingCatalog.Groups.TryGetValue(part.Name, out var settings))
        {
            WriteTable(text, settings, part.Name, true);
            return;
        }

        switch (part.Name)
        {
            case SettingCatalog.Providers:
                text.Append("\nOf each provider, below its name:\n");
                WriteTable(text, SettingCatalog.ProviderSettings, $"{part.Name}.NAME", false);
                break;
            case SettingCatalog.Models:
                text.Append("\nOf each model, below its name:\n");
                WriteTable(text, SettingCatalog.ModelSettings, $"{part.Name}.NAME", false);
                text.Append(CultureInfo.InvariantCulture, $"\n### `{part.Name}.NAME.deployments[]`\n");
                WriteTable(text, SettingCatalog.DeploymentSettings, $"{part.Name}.NAME.deployments[]", false);
                break;
            case SettingCatalog.Guardrails:
                text.Append("\nA list; of each item:\n");
                WriteTable(text, SettingCatalog.GuardrailSettings, $"{part.Name}[]", false);
                break;
            case SettingCatalog.ModelData:
                text.Append("\nA path. Variable: `SWITCHBOARD__MODEL_DATA`.\n");
                break;
            default:
                text.Append("\n`NAME: NAME`, as many as you like.\n");
                break;
        }
    }

    private static void WriteTable(StringBuilder text, IReadOnlyList<SettingDefinition> settings, string path, bool hasVariables)
    {
        text.Append(hasVariables ? "\n| setting | type | default | what it does | variable |\n|---|---|---|---|---|\n" : "\n| setting | type | default | what it does |\n|---|---|---|---|\n");
        foreach (var setting in settings)
        {
            var name = setting.IsRequired ? $"**`{setting.Name}`**" : $"`{setting.Name}`";
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {TypeOf(setting)} | {DefaultOf(setting)} | {Cell(setting.Description)} |");
            text.Append(hasVariables ? $" {VariableOf(setting, path)} |\n" : "\n");
        }

        foreach (var setting in settings.Where(setting => setting.Members.Count > 0))
        {
            var below = setting.Kind == SettingKind.Groups ? $"{path}.{setting.Name}.NAME" : $"{path}.{setting.Name}";
            text.Append(CultureInfo.InvariantCulture, $"\n### `{below}`\n");
            WriteTable(text, setting.Members, below, hasVariables && setting.Kind == SettingKind.Group);
        }
    }

    private static string TypeOf(SettingDefinition setting) => setting switch
    {
        { Allowed.Count: > 0 } => string.Join(", ", setting.Allowed.Select(value => $"`{value}`")),
        { Kind: SettingKind.Integer, Range: var (least, most) } => string.Create(CultureInfo.InvariantCulture, $"whole number, {least} to {most}"),
        { Kind: SettingKind.Number, Range: var (least, most) } => string.Create(CultureInfo.InvariantCulture, $"number, {least} to {most}"),
        { Kind: SettingKind.Integer } => "whole number",
        { Kind: SettingKind.Number } => "number",
        { Kind: SettingKind.Boolean } => "`true`, `false`",
        { Kind: SettingKind.Duration } => "duration",
        { Kind: SettingKind.Texts } => "list of texts",
        { Kind: SettingKind.Map } => "names, each with a word",
        { Kind: SettingKind.Groups } => "names, each with settings",
        { Kind: SettingKind.Group } => "settings",
        { Kind: SettingKind.List } => "list",
        _ => "text",
    };

    private static string DefaultOf(SettingDefinition setting) => setting.Default is { } value ? $"`{value}`" : "";

    private static string VariableOf(SettingDefinition setting, string path) => setting.Kind is SettingKind.Group or SettingKind.Groups or SettingKind.Map or SettingKind.List or SettingKind.Texts
        ? ""
        : $"`SWITCHBOARD__{path.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant()}__{setting.Name.ToUpperInvariant()}`";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
