using Switchboard.Gateway.ModelData;

namespace Switchboard.Server.Configuration;

/// <summary>The operator's own facts about models (<c>model_data</c>).</summary>
internal static class ModelDataFile
{
    /// <summary>Where the file lies; null where none is named.</summary>
    /// <param name="root">The settings of the whole configuration.</param>
    /// <param name="baseDirectory">Where a relative path starts.</param>
    public static string? PathOf(SettingReader root, string baseDirectory) =>
        root.Text(SettingCatalog.ModelData) is { Length: > 0 } path ? Path.GetFullPath(path, baseDirectory) : null;

    /// <summary>The built-in facts, with those of the file over them.</summary>
    /// <param name="path">The file; null where none is named.</param>
    /// <param name="source">Who named it.</param>
    /// <param name="files">Who reads it.</param>
    /// <param name="faults">What is wrong with it is added here, with its line and member.</param>
    public static KnownModels Read(string? path, SettingSource? source, ConfigurationFiles files, ICollection<SettingFault> faults)
    {
        if (path is null)
        {
            return KnownModels.BuiltIn;
        }

        byte[] json;
        try
        {
            json = files.Read(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add(new SettingFault(source?.ToString(), SettingCatalog.ModelData, $"The file cannot be read: {fault.Message}"));
            return KnownModels.BuiltIn;
        }

        var models = KnownModels.Read(json, out var wrong);
        foreach (var fault in wrong)
        {
            faults.Add(new SettingFault(new SettingSource(Path.GetFileName(path), fault.Line).ToString(), fault.Member, fault.Message));
        }

        return models;
    }
}
