using Switchboard.Server.Configuration;

namespace Switchboard.Tests.Server.Configuration;

/// <summary>A folder with a configuration in it, and what loading it gives.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    public ConfigurationFolder(string? yaml = null, string? dotEnv = null)
    {
        Write("switchboard.yaml", yaml);
        Write(".env", dotEnv);
    }

    public string FullPath { get; } = Directory.CreateTempSubdirectory("switchboard-test-").FullName;

    public LoadedConfiguration Load(params IEnumerable<(string Name, string Value)> environment) =>
        ConfigurationLoader.Load(Sources(environment));

    public ConfigurationSources Sources(params IEnumerable<(string Name, string Value)> environment) => new()
    {
        WorkingDirectory = FullPath,
        Environment = environment.ToDictionary(variable => variable.Name, variable => variable.Value),
    };

    public void Dispose() => Directory.Delete(FullPath, recursive: true);

    public void Write(string name, string? text)
    {
        if (text is not null)
        {
            File.WriteAllText(Path.Combine(FullPath, name), text);
        }
    }
}
