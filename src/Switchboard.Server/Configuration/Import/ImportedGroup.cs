namespace Switchboard.Server.Configuration.Import;

/// <summary>Settings in their order, as they will be written.</summary>
internal sealed class ImportedGroup
{
    private readonly List<KeyValuePair<string, object>> _settings = [];

    /// <summary>The settings; each value is a text, a number, a boolean, a list of texts, a group, or a list of groups.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Settings => _settings;

    /// <summary>The value of a setting, or null.</summary>
    public object? this[string name]
    {
        get => _settings.Find(setting => setting.Key == name).Value;
        set
        {
            _settings.RemoveAll(setting => setting.Key == name);
            if (value is not null)
            {
                _settings.Add(new(name, value));
            }
        }
    }

    /// <summary>The group of that name, made where it is not there.</summary>
    public ImportedGroup Group(string name)
    {
        if (this[name] is not ImportedGroup group)
        {
            this[name] = group = new ImportedGroup();
        }

        return group;
    }
}
