using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration;

/// <summary>Lays the sources over one another, binds them and checks the whole. Every fault is found at once.</summary>
public sealed class ConfigurationLoader
{
    private static readonly (string Variable, string Part, string Setting)[] s_variables =
    [
        ("DATABASE_URL", SettingCatalog.Storage, "records"),
        ("REDIS_URL", SettingCatalog.Storage, "shared"),
        ("SWITCHBOARD_MASTER_KEY", SettingCatalog.Access, "master_key"),
    ];

    private readonly List<SettingFault> _faults = [];
    private readonly SettingNode _root = SettingNode.Root();
    private readonly ConfigurationFiles _files = new();
    private readonly ConfigurationSources _sources;
    private readonly IReadOnlyCollection<string> _providerTypes;

    private ConfigurationLoader(ConfigurationSources sources, IReadOnlyCollection<string> providerTypes)
    {
        _sources = sources;
        _providerTypes = providerTypes;
    }

    /// <summary>Loads the configuration.</summary>
    /// <param name="sources">Where it comes from.</param>
    /// <param name="providerTypes">The kinds of provider there are; those that come with the gateway by default.</param>
    public static LoadedConfiguration Load(ConfigurationSources sources, IReadOnlyCollection<string>? providerTypes = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return new ConfigurationLoader(sources, providerTypes ?? ConfigurationRules.BuiltInProviderTypes).Load();
    }

    /// <summary>Loads the configuration, and looks for servers on this machine where the sources and <c>server.discover</c> say so.</summary>
    /// <param name="sources">Where it comes from.</param>
    /// <param name="providerTypes">The kinds of provider there are; those that come with the gateway by default.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<LoadedConfiguration> LoadAsync(ConfigurationSources sources, IReadOnlyCollection<string>? providerTypes = null, CancellationToken cancellationToken = default)
    {
        var loaded = Load(sources, providerTypes);
        return loaded is { Configuration: { } configuration, Sources.Servers: { } servers } && (configuration.Server.Discover ?? loaded.File is null)
            ? loaded with { Configuration = await servers.AddAsync(configuration, providerTypes ?? ConfigurationRules.BuiltInProviderTypes, cancellationToken) }
            : loaded;
    }

    private LoadedConfiguration Load()
    {
        var file = FindFile();
        var directory = file is null ? _sources.WorkingDirectory : Path.GetDirectoryName(file)!;
        var dotEnv = ReadDotEnv(directory);
        var variables = new Dictionary<string, string>(dotEnv, StringComparer.Ordinal);
        foreach (var (name, value) in _sources.Environment)
        {
            variables[name] = value;
        }

        SettingSource SourceOf(string name) =>
            new(_sources.Environment.ContainsKey(name) ? $"environment variable {name}" : $".env variable {name}");

        if (file is not null && ReadText(file) is { } text)
        {
            var before = _faults.Count;
            new YamlSettings(Path.GetFileName(file), new EnvironmentReferences(variables), _faults).Read(text, _root);
            if (_faults.Skip(before).Any(fault => fault.Setting is null))
            {
                // It was not understood to its end: what it seems to say is no ground for more faults.
                return Loaded(null, file);
            }
        }

        EnvironmentSettings.Read(variables, SourceOf, _root);
        SetUrls(variables, SourceOf);
        SetLogging(variables, SourceOf);
        SetFromVariables(variables, SourceOf);
        new TelemetryVariables(variables, SourceOf, _root).Apply();
        return Bind(file, directory, variables);
    }

    private LoadedConfiguration Bind(string? file, string directory, Dictionary<string, string> variables)
    {
        var configuration = new SettingBinder(directory, _files, _faults).Bind(_root);
        configuration = EnvironmentDefaults.Apply(configuration, variables.GetValueOrDefault, _providerTypes);

        // A value that could not be read was said to be so; the rules would only repeat it.
        var named = _faults.Select(fault => fault.Setting).ToHashSet(StringComparer.Ordinal);
        foreach (var fault in ConfigurationRules.Check(configuration, _providerTypes))
        {
            var node = Nearest(fault.Path);
            if (!named.Contains(fault.Path) && !named.Contains(node.Path))
            {
                _faults.Add(new SettingFault(node.Source?.ToString(), fault.Path, fault.Message));
            }
        }

        return Loaded(_faults.Count == 0 ? configuration : null, file);
    }

    private LoadedConfiguration Loaded(GatewayConfiguration? configuration, string? file) =>
        new(configuration, _faults, file) { Sources = _sources, Files = _files };

    private string? FindFile()
    {
        if (_sources.ConfigFile is { } named)
        {
            var path = Path.GetFullPath(named, _sources.WorkingDirectory);
            if (File.Exists(path))
            {
                return path;
            }

            _faults.Add(new SettingFault(named, null, "There is no such file."));
            _files.ReadTextIfThere(path);
            return null;
        }

        var usual = Path.Combine(_sources.WorkingDirectory, ConfigurationSources.DefaultFileName);
        if (File.Exists(usual))
        {
            return usual;
        }

        // It may come later, and is taken then.
        _files.ReadTextIfThere(usual);
        return null;
    }

    private Dictionary<string, string> ReadDotEnv(string directory)
    {
        var path = Path.Combine(directory, ".env");
        return ReadText(path) is { } text ? DotEnvFile.Read(text, ".env", _faults) : [];
    }

    private string? ReadText(string path)
    {
        try
        {
            return _files.ReadTextIfThere(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _faults.Add(new SettingFault(Path.GetFileName(path), null, $"The file cannot be read: {fault.Message}"));
            return null;
        }
    }

    private void SetUrls(Dictionary<string, string> variables, Func<string, SettingSource> sourceOf)
    {
        if (variables.TryGetValue("PORT", out var port) && port.Length > 0)
        {
            SetPort(port, sourceOf("PORT"));
        }

        if (_sources.Urls is { } urls)
        {
            Urls(new SettingSource("--urls")).Set(urls, new SettingSource("--urls"));
        }

        if (_sources.Port is { } flag)
        {
            SetPort(flag.ToString(System.Globalization.CultureInfo.InvariantCulture), new SettingSource("--port"));
        }
    }

    private void SetPort(string text, SettingSource source)
    {
        if (!ListenUrls.TryParsePort(text, out var port))
        {
            _faults.Add(new SettingFault(source.ToString(), null, $"'{text}' is no port; a number from 0 to 65535 is."));
            return;
        }

        var urls = Urls(source);
        urls.Set(ListenUrls.WithPort(urls.Value ?? new ServerSettings().Urls, port), source);
    }

    // As PORT, and unlike the addresses of stores: who sets one wants to see more now, whatever is written down.
    private void SetLogging(Dictionary<string, string> variables, Func<string, SettingSource> sourceOf)
    {
        foreach (var (variable, setting) in LoggingCatalog.Variables)
        {
            if (variables.TryGetValue(variable, out var value) && !string.IsNullOrWhiteSpace(value))
            {
                _root.GetOrAdd(SettingCatalog.Logging, sourceOf(variable)).GetOrAdd(setting, sourceOf(variable)).Set(value.Trim(), sourceOf(variable));
            }
        }
    }

    // What other programs call the addresses of their stores, and the master key; what is written down wins.
    private void SetFromVariables(Dictionary<string, string> variables, Func<string, SettingSource> sourceOf)
    {
        foreach (var (variable, part, setting) in s_variables)
        {
            if (variables.TryGetValue(variable, out var value) && !string.IsNullOrWhiteSpace(value) && _root.Find(part)?.Find(setting) is null)
            {
                _root.GetOrAdd(part, sourceOf(variable)).GetOrAdd(setting, sourceOf(variable)).Set(value.Trim(), sourceOf(variable));
            }
        }
    }

    private SettingNode Urls(SettingSource source) => _root.GetOrAdd(SettingCatalog.Server, source).GetOrAdd("urls", source);

    // The node at the path, or the lowest one above it: a missing setting is reported where it belongs.
    private SettingNode Nearest(string path)
    {
        var node = _root;
        while (node.Children.FirstOrDefault(child => path == child.Path || path.StartsWith(child.Path + ".", StringComparison.Ordinal) || path.StartsWith(child.Path + "[", StringComparison.Ordinal)) is { } below)
        {
            node = below;
        }

        return node;
    }
}
