using System.Globalization;
using System.Text;

namespace Switchboard.Server.Configuration.Import;

/// <summary>Converts the <c>config.yaml</c> of LiteLLM's proxy. What has no counterpart is named, secrets that stand in it are moved to variables and are nowhere repeated.</summary>
public static class LiteLlmImport
{
    /// <summary>Converts the file.</summary>
    /// <param name="text">What is in it.</param>
    /// <param name="fileName">Its name, for the head of the new one.</param>
    /// <exception cref="ImportException">It is no configuration of LiteLLM's proxy.</exception>
    public static ImportedConfiguration Convert(string text, string fileName)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(fileName);
        var file = ImportYaml.Read(text);
        string[] parts = ["model_list", "router_settings", "litellm_settings", "general_settings", "include"];
        if (!file.Members.Any(member => parts.Contains(member.Key)))
        {
            throw new ImportException("It is no configuration of LiteLLM's proxy: model_list, router_settings, litellm_settings and general_settings are all missing.");
        }

        var notes = new ImportNotes();
        var values = new LiteLlmValues(notes);
        values.ReserveAll(file);
        var root = Convert(file, values, notes, out var models);
        var providers = (ImportedGroup)root["providers"]!;
        return new ImportedConfiguration(Write(root, notes, fileName), notes.ToList(), notes.Variables)
        {
            Models = models.Rows.Settings.Count,
            Deployments = models.Deployments,
            Providers = providers.Settings.Count,
        };
    }

    private static ImportedGroup Convert(ImportNode file, LiteLlmValues values, ImportNotes notes, out LiteLlmModels models)
    {
        ReadVariables(file, notes);
        var settings = new LiteLlmSettings(file, values, notes);
        var general = file.Take("general_settings") ?? new ImportNode(1);
        var defaults = settings.ReadDefaults(general);
        var providers = new LiteLlmProviders(values, notes, defaults);
        models = new LiteLlmModels(values, notes, defaults, providers);
        models.Read(file.Take("model_list"));

        var root = new ImportedGroup();
        root.Group("server");
        root["providers"] = providers.All;
        root["models"] = models.Rows;
        new LiteLlmFallbacks(settings, notes, models.Rows).Read(root);
        settings.ReadBreaker(root);
        new LiteLlmStores(settings, values, notes).Read(root);
        if (LiteLlmValues.Flag(settings.OfLibrary("json_logs")) == true)
        {
            root.Group("logging")["format"] = "json";
        }

        new LiteLlmGeneral(general, settings, values, notes).Read(root, providers);
        settings.TellRest();
        LiteLlmReasons.Tell(notes, "", file, LiteLlmReasons.Parts);
        return root;
    }

    // LiteLLM sets these for itself. Most are secrets, so none is repeated.
    private static void ReadVariables(ImportNode file, ImportNotes notes)
    {
        foreach (var (name, value) in file.Take("environment_variables")?.Members ?? [])
        {
            notes.Reserve(name);
            notes.Tell("environment_variables", value, "variables are set in the environment, or in a file .env beside this one; those named above that stand there need their values from there.");
        }
    }

    private static string Write(ImportedGroup root, ImportNotes notes, string fileName)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Made by `switchboard import litellm` of {OneLine(fileName)}.\n");
        WriteList(text, "Set these variables, in the environment or in a file .env beside this one:", notes.Variables.Select(variable => $"{variable.Key}: {variable.Value}"));
        WriteList(text, "Left out, or only in part here:", notes.ToList().Where(note => note.IsLost).Select(note => note.ToString()));
        WriteList(text, "Different, or not needed:", notes.ToList().Where(note => !note.IsLost).Select(note => note.ToString()));
        text.Append('\n');
        ImportedYaml.Write(text, root);
        return text.ToString();
    }

    private static void WriteList(StringBuilder text, string head, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"#\n# {head}\n");
        foreach (var line in all)
        {
            text.Append(CultureInfo.InvariantCulture, $"#   {OneLine(line)}\n");
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
